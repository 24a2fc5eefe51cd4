using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>A convolution over channels x height x width, y = W * x + b.</summary>
/// <remarks>Equality: name, stated input channels, channels, kernel, stride, padding, bias.</remarks>
/// <param name="Name">The prefix of its parameters weight [Channels, inputs, Kernel, Kernel] and bias [Channels].</param>
/// <param name="InputChannels">The stated number of input channels, or null.</param>
/// <param name="Channels">The number of output channels.</param>
/// <param name="Kernel">The side of the square kernel.</param>
/// <param name="Stride">Its step.</param>
/// <param name="Padding">Zeros on every side.</param>
/// <param name="Bias">Whether there is a b, one number a channel.</param>
internal sealed record Conv2dLayer(string Name, int? InputChannels, int Channels, int Kernel, int Stride, int Padding, bool Bias)
    : AffineLayer(Name)
{
    /// <summary>[Conv2d].</summary>
    public static LayerKind OwnKind { get; } = new("Conv2d", "conv", LayerRole.Affine, Read) { HasWeights = true };

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments) => new Conv2dLayer(
        name,
        arguments.OptionalSize("inputChannels"),
        arguments.Size("channels"),
        arguments.Size("Kernel", 3),
        arguments.Size("Stride", 1),
        arguments.Padding("Padding"),
        arguments.Value("Bias", true));

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems)
    {
        if (input.IsVector)
        {
            problems.Report(ProblemIds.NeedsImage, Kind.Title, input.Text);
            return null;
        }

        if (InputChannels is { } stated && stated != input.Channels)
        {
            problems.ReportAt(
                "inputChannels", ProblemIds.StatedSizeDiffers, Kind.Title, Numbers.Plain(stated), "input channels",
                $"{Numbers.Plain(input.Channels)} ({input.Text})");
            return null;
        }

        return Window.Slide(Kind, "Kernel", input, Channels, Kernel, Stride, Padding, problems);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) => [this with { Stride = Window.Stride(input, Stride, Padding) }];

    /// <inheritdoc/>
    public override long CountParameters(Shape input, Shape output)
    {
        long weights = Saturating.Multiply(Saturating.Multiply(input.Channels, Channels), Saturating.Multiply(Kernel, Kernel));
        return Saturating.Add(weights, Bias ? Channels : 0);
    }

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output)
    {
        string title = $"Conv2d {input} -> {output}, kernel {Numbers.Plain(Kernel)}, stride {Numbers.Plain(Stride)}";
        return $"{title}, padding {Numbers.Plain(Padding)}{(Bias ? "" : ", no bias")}";
    }

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) => Bias ? "I = W * x + b" : "I = W * x";

    /// <inheritdoc/>
    public override string Describe() =>
        $"Conv2d(channels={Numbers.Plain(Channels)},kernel={Numbers.Plain(Kernel)},stride={Numbers.Plain(Stride)}," +
        $"padding={Numbers.Plain(Padding)},bias={(Bias ? "true" : "false")})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        string side = Numbers.Plain(Kernel);
        writer.Comment($"{at.Heading}, W is {Numbers.Plain(Channels)} x {Numbers.Plain(at.Input.Channels)} x {side} x {side}.");
        writer.Line($"private readonly {RuntimeNames.AffineWeights} {Name};").Line();
        writer.Line($"private {RuntimeNames.Conv2dMap} {Map} => new(");
        using (writer.Indent())
        {
            writer.Line(
                $"{Name}.weight, {Name}.bias, stride: {Numbers.Plain(Stride)}, padding: {Numbers.Plain(Padding)}, {at.Input.Arguments});");
        }

        writer.Line();
    }

    /// <inheritdoc/>
    public override void EmitInitialisation(PlannedLayer at, CodeWriter writer)
    {
        string side = Numbers.Plain(Kernel);
        string shape = $"{Numbers.Plain(Channels)}, {Numbers.Plain(at.Input.Channels)}, {side}, {side}";
        writer.Line($"{Name} = new(random, {(Bias ? "true" : "false")}, {shape});");
    }
}
