using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>Channels x height x width become one vector, in that order; a vector stays as it is.</summary>
/// <remarks>Equality: name.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
internal sealed record FlattenLayer(string Name) : AffineLayer(Name)
{
    /// <summary>[Flatten].</summary>
    public static LayerKind OwnKind { get; } = new("Flatten", "flatten", LayerRole.Reshape, (name, _) => new FlattenLayer(name));

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems)
    {
        if (input.Elements > int.MaxValue)
        {
            problems.Report(ProblemIds.TooLarge, Kind.Title, "values", Numbers.Grouped(input.Elements));
            return null;
        }

        return Shape.Vector((int)input.Elements);
    }

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"Flatten {input} -> {output}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) => "the same values as one vector";

    /// <inheritdoc/>
    public override string Describe() => "Flatten()";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.");
        writer.Line($"private static readonly {RuntimeNames.FlattenMap} {Map} = new({at.Input.Arguments});").Line();
    }

    /// <inheritdoc/>
    protected override string ForwardEquation(PlannedLayer at) => "The same values as one vector: nothing moves";

    /// <inheritdoc/>
    protected override string IntervalEquation(PlannedLayer at) => "The ends of an interval keep their values";

    /// <inheritdoc/>
    protected override string BackEquation => "Coefficients keep their values";
}
