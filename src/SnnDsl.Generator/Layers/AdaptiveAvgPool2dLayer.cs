using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>
/// Average pooling to an image of a stated size. Where its windows are all of one size and equally far apart it is an ordinary average pool, and
/// lowers to that.
/// </summary>
/// <remarks>Equality: name, height, width.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Height">The rows of what it gives.</param>
/// <param name="Width">The columns of what it gives.</param>
internal sealed record AdaptiveAvgPool2dLayer(string Name, int Height, int Width) : AffineLayer(Name)
{
    /// <summary>[AdaptiveAvgPool2d].</summary>
    public static LayerKind OwnKind { get; } = new("AdaptiveAvgPool2d", "pool", LayerRole.Affine, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments) => arguments.Has("side")
        ? new AdaptiveAvgPool2dLayer(name, arguments.Size("side"), arguments.Size("side"))
        : new AdaptiveAvgPool2dLayer(name, arguments.Size("height"), arguments.Size("width"));

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems)
    {
        if (input.IsVector)
        {
            problems.Report(ProblemIds.NeedsImage, Kind.Title, input.Text);
            return null;
        }

        return Shape.Image(input.Channels, Height, Width);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<LoweredLayer> Lower(Shape input) =>
        Regular(input.Height, Height) is { } down && Regular(input.Width, Width) is { } across
            ? new AvgPool2dLayer(Name, new(down, across)).Lower(input)
            : [this];

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"AdaptiveAvgPool2d {input} -> {output}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"I = mean of x over rows from i {Numbers.Plain(input.Height)} / {Numbers.Plain(Height)} to (i + 1) {Numbers.Plain(input.Height)} / {Numbers.Plain(Height)}, " +
        $"columns from j {Numbers.Plain(input.Width)} / {Numbers.Plain(Width)} to (j + 1) {Numbers.Plain(input.Width)} / {Numbers.Plain(Width)}";

    /// <inheritdoc/>
    public override string Describe() => $"AdaptiveAvgPool2d(height={Numbers.Plain(Height)},width={Numbers.Plain(Width)})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.");
        writer.Line($"private static readonly {RuntimeNames.AdaptiveAvgPool2dMap} {Map} = new(");
        using (writer.Indent())
        {
            writer.Line($"height: {Numbers.Plain(Height)}, width: {Numbers.Plain(Width)}, {at.Input.Arguments});");
        }

        writer.Line();
    }

    /// <inheritdoc/>
    protected override string ForwardEquation(PlannedLayer at) => "No state: all steps in one product";

    /// <inheritdoc/>
    protected override string IntervalEquation(PlannedLayer at) => "The weights are positive: the ends of an interval are averaged";

    /// <inheritdoc/>
    protected override string BackEquation => "Each coefficient is shared out over its window";

    // The windows of one side as a slide, where they are all of one size and equally far apart: with H = q h + r window i of h begins at
    // i q + floor(i r / h) and ends before (i + 1) q + ceil((i + 1) r / h), which for r = 0 and r = 1 are i q and (i + 1) q + r.
    private static Slide? Regular(int size, int places)
    {
        int stride = Math.DivRem(size, places, out int rest);
        return stride >= 1 && rest <= 1 ? Slide.Even(stride + rest, stride, padding: 0) : null;
    }
}
