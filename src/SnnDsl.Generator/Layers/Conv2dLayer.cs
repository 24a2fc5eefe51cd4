using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>A convolution over channels x height x width, y = W * x + b.</summary>
/// <remarks>Equality: name, stated input channels, channels, window, groups, bias, whether of sequences.</remarks>
/// <param name="Name">The prefix of its parameters weight [Channels, inputs of a group, kernel rows, kernel columns] and bias [Channels].</param>
/// <param name="InputChannels">The stated number of input channels, or null.</param>
/// <param name="Channels">The number of output channels.</param>
/// <param name="Window">How the kernel slides.</param>
/// <param name="Groups">Into how many groups channels are divided.</param>
/// <param name="Bias">Whether there is a b, one number a channel.</param>
/// <param name="OfSequences">Whether it was declared for channels x length: the weight then has no kernel rows.</param>
internal sealed record Conv2dLayer(
    string Name, int? InputChannels, int Channels, Window Window, int Groups, bool Bias, bool OfSequences = false) : AffineLayer(Name), IBiased
{
    /// <summary>[Conv2d].</summary>
    public static LayerKind OwnKind { get; } = new("Conv2d", "conv", LayerRole.Affine, Read) { HasWeights = true };

    /// <summary>[Conv1d].</summary>
    public static LayerKind OfSequencesKind { get; } = new("Conv1d", "conv", LayerRole.Affine, ReadOfSequences) { HasWeights = true, OfSequences = true };

    /// <inheritdoc/>
    public override LayerKind Kind => OfSequences ? OfSequencesKind : OwnKind;

    private static Layer ReadOfSequences(string name, AttributeArguments arguments)
    {
        var layer = Read(name, arguments);
        return layer with { Window = Window.OfSequence(layer.Window.Across), OfSequences = true };
    }

    private static Conv2dLayer Read(string name, AttributeArguments arguments) => new(
        name,
        arguments.OptionalSize("inputChannels"),
        arguments.Size("channels"),
        Window.Read(arguments),
        arguments.Size("Groups", 1),
        arguments.Value("Bias", true));

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems)
    {
        if (!Window.Fits(Kind, input, problems, InputChannels))
        {
            return null;
        }

        if (input.Channels % Groups != 0 || Channels % Groups != 0)
        {
            problems.ReportAt("Groups", ProblemIds.Groups, Kind.Title, Numbers.Plain(Groups), Numbers.Plain(input.Channels), Numbers.Plain(Channels));
            return null;
        }

        return Window.Over(Kind, "Kernel", input, Channels, problems);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) => [this with { Window = Window.Within(input) }];

    /// <inheritdoc/>
    public override long CountParameters(Shape input, Shape output)
    {
        long weights = Saturating.Multiply(Saturating.Multiply(input.Channels / Groups, Channels), Window.Taps);
        return Saturating.Add(weights, Bias ? Channels : 0);
    }

    /// <inheritdoc/>
    public override long CountOperations(Shape input, Shape output) => Saturating.Multiply(
        Saturating.Multiply(input.Channels / Groups, Channels),
        Saturating.Multiply(Window.Down.Meets(input.Height, output.Height), Window.Across.Meets(input.Width, output.Width)));

    /// <inheritdoc/>
    public override Window Slides => Window;

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output)
    {
        string title = $"Conv2d {input} -> {output}, kernel {Window.Kernel}, stride {Window.Stride}, padding {Window.Padding}";
        string dilation = Window.Dilation is { } taps ? $", dilation {taps}" : "";
        return $"{title}{dilation}{(Groups == 1 ? "" : $", {Numbers.Plain(Groups)} groups")}{(Bias ? "" : ", no bias")}";
    }

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) => Bias ? "I = W * x + b" : "I = W * x";

    /// <inheritdoc/>
    public override string Describe() =>
        $"Conv2d(channels={Numbers.Plain(Channels)},kernel={Window.Kernel},stride={Window.Stride},padding={Window.Padding}," +
        (Window.Dilation is { } taps ? $"dilation={taps}," : "") + (Groups == 1 ? "" : $"groups={Numbers.Plain(Groups)},") + $"bias={(Bias ? "true" : "false")})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}, W is {string.Join(" x ", WeightShape(at))}.");
        writer.Line($"private readonly {RuntimeNames.AffineWeights} {Name};").Line();
        writer.Line($"private {RuntimeNames.Conv2dMap} {Map} => new(");
        using (writer.Indent())
        {
            writer.Line($"{Name}.weight, {Name}.bias, {Window.Arguments(at, "stride", "padding")});");
        }

        writer.Line();
    }

    /// <inheritdoc/>
    public override void EmitInitialisation(PlannedLayer at, CodeWriter writer) =>
        writer.Line($"{Name} = new(random, {(Bias ? "true" : "false")}, {string.Join(", ", WeightShape(at))});");

    private IEnumerable<string> WeightShape(PlannedLayer at)
    {
        int[] kernel = OfSequences ? [Window.Across.Kernel] : [Window.Down.Kernel, Window.Across.Kernel];
        return new[] { Channels, at.Input.Channels / Groups }.Concat(kernel).Select(size => Numbers.Plain(size));
    }
}
