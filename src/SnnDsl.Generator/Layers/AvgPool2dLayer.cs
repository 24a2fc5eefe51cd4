using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>Average pooling over channels x height x width, without padding.</summary>
/// <remarks>Equality: name, window, whether of sequences.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Window">What is averaged, without padding.</param>
/// <param name="OfSequences">Whether it was declared for channels x length.</param>
internal sealed record AvgPool2dLayer(string Name, Window Window, bool OfSequences = false) : AffineLayer(Name)
{
    /// <summary>[AvgPool2d].</summary>
    public static LayerKind OwnKind { get; } = new("AvgPool2d", "pool", LayerRole.Affine, Read);

    /// <summary>[AvgPool1d].</summary>
    public static LayerKind OfSequencesKind { get; } = new("AvgPool1d", "pool", LayerRole.Affine, ReadOfSequences) { OfSequences = true };

    /// <inheritdoc/>
    public override LayerKind Kind => OfSequences ? OfSequencesKind : OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        int kernel = arguments.Size("kernel");
        return new AvgPool2dLayer(name, Window.Square(kernel, arguments.PoolStride(kernel), padding: 0));
    }

    private static Layer ReadOfSequences(string name, AttributeArguments arguments)
    {
        int kernel = arguments.Size("kernel");
        return new AvgPool2dLayer(name, Window.OfSequence(Slide.Even(kernel, arguments.PoolStride(kernel), padding: 0)), OfSequences: true);
    }

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems) => Window.Pool(Kind, input, problems);

    /// <inheritdoc/>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) => [this with { Window = Window.Within(input) }];

    /// <inheritdoc/>
    public override Window Slides => Window;

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) =>
        $"AvgPool2d {input} -> {output}, kernel {Window.Kernel}, stride {Window.Stride}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"I = mean of x over {Window.Sides}";

    /// <inheritdoc/>
    public override string Describe() => $"AvgPool2d(kernel={Window.Kernel},stride={Window.Stride})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer) =>
        Window.EmitPool(at, RuntimeNames.AvgPool2dMap, writer, "kernel", "stride");

    /// <inheritdoc/>
    protected override string ForwardEquation(PlannedLayer at) => "No state: all steps in one product";

    /// <inheritdoc/>
    protected override string IntervalEquation(PlannedLayer at) => "The weights are positive: the ends of an interval are averaged";

    /// <inheritdoc/>
    protected override string BackEquation => "Each coefficient is shared out over its square";
}
