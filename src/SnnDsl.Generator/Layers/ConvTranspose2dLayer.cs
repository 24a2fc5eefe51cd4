using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>A transposed convolution over channels x height x width, y = W' * x + b.</summary>
/// <remarks>Equality: name, stated input channels, channels, kernel, stride, both paddings, bias.</remarks>
/// <param name="Name">The prefix of its parameters weight [inputs, Channels, Kernel, Kernel] and bias [Channels].</param>
/// <param name="InputChannels">The stated number of input channels, or null.</param>
/// <param name="Channels">The number of output channels.</param>
/// <param name="Kernel">The side of the square kernel.</param>
/// <param name="Stride">How far apart neighbouring values spread their kernels.</param>
/// <param name="Padding">Rows and columns taken away on every side.</param>
/// <param name="OutputPadding">Rows and columns added below and on the right.</param>
/// <param name="Bias">Whether there is a b, one number a channel.</param>
internal sealed record ConvTranspose2dLayer(
    string Name, int? InputChannels, int Channels, int Kernel, int Stride, int Padding, int OutputPadding, bool Bias) : AffineLayer(Name), IBiased
{
    /// <summary>[ConvTranspose2d].</summary>
    public static LayerKind OwnKind { get; } = new("ConvTranspose2d", "conv", LayerRole.Affine, Read) { HasWeights = true };

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        var layer = new ConvTranspose2dLayer(
            name,
            arguments.OptionalSize("inputChannels"),
            arguments.Size("channels"),
            arguments.Size("Kernel", 3),
            arguments.Size("Stride", 1),
            arguments.Padding("Padding"),
            arguments.Padding("OutputPadding"),
            arguments.Value("Bias", true));
        if (arguments.SizesAreValid && layer.OutputPadding >= layer.Stride)
        {
            arguments.Refuse("OutputPadding", ProblemIds.OutputPadding, OwnKind.Title, Numbers.Plain(layer.OutputPadding), Numbers.Plain(layer.Stride));
        }

        return layer;
    }

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems)
    {
        if (!Window.Fits(Kind, input, problems, InputChannels))
        {
            return null;
        }

        long height = Size(input.Height), width = Size(input.Width);
        if (height < 1 || width < 1)
        {
            problems.ReportAt(
                "Padding", ProblemIds.NothingLeft, Kind.Title, Numbers.Plain(Padding), $"{Numbers.Plain(height + (2L * Padding))}x{Numbers.Plain(width + (2L * Padding))}");
            return null;
        }

        long values = Saturating.Multiply(Channels, Saturating.Multiply(height + (2L * Padding), width + (2L * Padding)));
        if (values > int.MaxValue)
        {
            problems.Report(ProblemIds.TooLarge, Kind.Title, "values", Numbers.Grouped(values));
            return null;
        }

        return Shape.Image(Channels, (int)height, (int)width);
    }

    /// <inheritdoc/>
    /// <remarks>One value has no neighbour: any stride makes the same function.</remarks>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) =>
        [input is { Height: 1, Width: 1 } ? this with { Stride = OutputPadding + 1 } : this];

    /// <inheritdoc/>
    public override long CountParameters(Shape input, Shape output)
    {
        long weights = Saturating.Multiply(Saturating.Multiply(input.Channels, Channels), Saturating.Multiply(Kernel, Kernel));
        return Saturating.Add(weights, Bias ? Channels : 0);
    }

    /// <inheritdoc/>
    /// <remarks>Its kernels have a place for every value of the input, on the output.</remarks>
    public override long CountOperations(Shape input, Shape output) => Saturating.Multiply(
        Saturating.Multiply(input.Channels, Channels),
        Saturating.Multiply(Slides.Down.Meets(output.Height, input.Height), Slides.Across.Meets(output.Width, input.Width)));

    /// <inheritdoc/>
    public override Window Slides => Window.Square(Kernel, Stride, Padding);

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output)
    {
        string title = $"ConvTranspose2d {input} -> {output}, kernel {Numbers.Plain(Kernel)}, stride {Numbers.Plain(Stride)}, padding {Numbers.Plain(Padding)}";
        return $"{title}{(OutputPadding == 0 ? "" : $", output padding {Numbers.Plain(OutputPadding)}")}{(Bias ? "" : ", no bias")}";
    }

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) => Bias ? "I = W' * x + b" : "I = W' * x";

    /// <inheritdoc/>
    public override string Describe() =>
        $"ConvTranspose2d(channels={Numbers.Plain(Channels)},kernel={Numbers.Plain(Kernel)},stride={Numbers.Plain(Stride)}," +
        $"padding={Numbers.Plain(Padding)},outputPadding={Numbers.Plain(OutputPadding)},bias={(Bias ? "true" : "false")})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}, W is {string.Join(" x ", WeightShape(at))}.");
        writer.Line($"private readonly {RuntimeNames.AffineWeights} {Name};").Line();
        writer.Line($"private {RuntimeNames.ConvTranspose2dMap} {Map} => new(");
        using (writer.Indent())
        {
            writer.Line(
                $"{Name}.weight, {Name}.bias, stride: {Numbers.Plain(Stride)}, padding: {Numbers.Plain(Padding)}, " +
                $"outputPadding: {Numbers.Plain(OutputPadding)}, {at.Input.Arguments});");
        }

        writer.Line();
    }

    /// <inheritdoc/>
    public override void EmitInitialisation(PlannedLayer at, CodeWriter writer) => writer.Line(
        $"{Name} = new(random, outputs: {Numbers.Plain(Channels)}, {(Bias ? "true" : "false")}, {string.Join(", ", WeightShape(at))});");

    private IEnumerable<string> WeightShape(PlannedLayer at) =>
        new[] { at.Input.Channels, Channels, Kernel, Kernel }.Select(size => Numbers.Plain(size));

    private long Size(int size) => ((size - 1L) * Stride) - (2L * Padding) + Kernel + OutputPadding;
}
