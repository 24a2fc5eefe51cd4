using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>Sums over squares of channels x height x width.</summary>
/// <remarks>Equality: name, window, whose sums.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Window">What is added up.</param>
/// <param name="LeadsToMaximum">Whether it leads to the neurons of a maximum of spikes, whose gradient goes through it.</param>
internal sealed record SumPool2dLayer(string Name, Window Window, bool LeadsToMaximum = false) : AffineLayer(Name)
{
    /// <summary>[SumPool2d].</summary>
    public static LayerKind OwnKind { get; } = new("SumPool2d", "pool", LayerRole.Affine, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        int kernel = arguments.Size("kernel");
        return new SumPool2dLayer(name, Window.Square(kernel, arguments.PoolStride(kernel), arguments.PoolPadding(kernel)));
    }

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems) => Window.Pool(Kind, input, problems);

    /// <inheritdoc/>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) => [this with { Window = Window.Within(input) }];

    /// <inheritdoc/>
    public override Window Slides => Window;

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) =>
        $"SumPool2d {input} -> {output}, kernel {Window.Kernel}, stride {Window.Stride}, padding {Window.Padding}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        LeadsToMaximum ? $"I = sum of s over {Window.Sides}, above 0 where their maximum is 1" : $"I = sum of x over {Window.Sides}";

    /// <inheritdoc/>
    public override string Describe() =>
        $"SumPool2d(kernel={Window.Kernel},stride={Window.Stride},padding={Window.Padding})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer) =>
        Window.EmitPool(at, LeadsToMaximum ? RuntimeNames.OrPool2dMap : RuntimeNames.SumPool2dMap, writer, "kernel", "stride", "padding");

    /// <inheritdoc/>
    public override string EmitForward(PlannedLayer at, string input, CodeWriter writer)
    {
        if (!LeadsToMaximum)
        {
            return base.EmitForward(at, input, writer);
        }

        writer.Comment(at.Heading).Comment($"The maximum itself does as well as the sum, and has the gradient.{at.OutputShape}");
        writer.Line($"{writer.Let(RuntimeNames.Tensor)} {Name}Output = {Map}.Maximum({input});").Line();
        return $"{Name}Output";
    }

    /// <inheritdoc/>
    protected override string ForwardEquation(PlannedLayer at) => "No state: all steps at once";

    /// <inheritdoc/>
    protected override string IntervalEquation(PlannedLayer at) => "The weights are positive: the ends of an interval are added up";

    /// <inheritdoc/>
    protected override string BackEquation => "Each coefficient goes to all values of its square";
}
