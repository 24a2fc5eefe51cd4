using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>Average pooling over channels x height x width, without padding.</summary>
/// <remarks>Equality: name, kernel, stride.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Kernel">The side of the square.</param>
/// <param name="Stride">Its step, already the kernel's side where none was stated.</param>
internal sealed record AvgPool2dLayer(string Name, int Kernel, int Stride) : AffineLayer(Name)
{
    /// <summary>[AvgPool2d].</summary>
    public static LayerKind OwnKind { get; } = new("AvgPool2d", "pool", LayerRole.Affine, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        int kernel = arguments.Size("kernel");
        return new AvgPool2dLayer(name, kernel, arguments.PoolStride(kernel));
    }

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems) => Window.Pool(Kind, input, Kernel, Stride, padding: 0, problems);

    /// <inheritdoc/>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) => [this with { Stride = Window.Stride(input, Stride, padding: 0) }];

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) =>
        $"AvgPool2d {input} -> {output}, kernel {Numbers.Plain(Kernel)}, stride {Numbers.Plain(Stride)}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"I = mean of x over {Numbers.Plain(Kernel)}x{Numbers.Plain(Kernel)}";

    /// <inheritdoc/>
    public override string Describe() => $"AvgPool2d(kernel={Numbers.Plain(Kernel)},stride={Numbers.Plain(Stride)})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.");
        writer.Line($"private static readonly {RuntimeNames.AvgPool2dMap} {Map} = new(");
        using (writer.Indent())
        {
            writer.Line($"kernel: {Numbers.Plain(Kernel)}, stride: {Numbers.Plain(Stride)}, {at.Input.Arguments});");
        }

        writer.Line();
    }

    /// <inheritdoc/>
    protected override string ForwardEquation(PlannedLayer at) => "No state: all steps in one product";

    /// <inheritdoc/>
    protected override string IntervalEquation(PlannedLayer at) => "The weights are positive: the ends of an interval are averaged";

    /// <inheritdoc/>
    protected override string BackEquation => "Each coefficient is shared out over its square";
}
