using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Layers;

/// <summary>A vote of the last neurons: the mean of each group of neighbours.</summary>
/// <remarks>Equality: name and size.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Size">How many values vote for a class.</param>
internal sealed record VotingLayer(string Name, int Size) : AffineLayer(Name)
{
    /// <summary>[Voting].</summary>
    public static LayerKind OwnKind { get; } =
        new("Voting", "voting", LayerRole.Affine, (name, arguments) => new VotingLayer(name, arguments.Size("size"))) { EndsNeurons = true };

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    /// <inheritdoc/>
    public override Shape? Infer(Shape input, ProblemReporter problems)
    {
        if (!input.IsVector || input.Elements % Size != 0)
        {
            problems.ReportAt("size", ProblemIds.VotingGroups, Numbers.Plain(Size), input.TextWithElements);
            return null;
        }

        return Shape.Vector((int)input.Elements / Size);
    }

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"Voting {input} -> {output}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) => $"means of {Numbers.Plain(Size)} neighbours";

    /// <inheritdoc/>
    public override string Describe() => $"Voting(size={Numbers.Plain(Size)})";

    /// <inheritdoc/>
    public override void EmitMembers(PlannedLayer at, CodeWriter writer)
    {
        writer.Comment($"{at.Heading}.");
        writer.Line($"private static readonly {RuntimeNames.VotingMap} {Map} = new(size: {Numbers.Plain(Size)}, {at.Input.Arguments});").Line();
    }

    /// <inheritdoc/>
    protected override string ForwardEquation(PlannedLayer at) => "No state: all steps at once";

    /// <inheritdoc/>
    protected override string IntervalEquation(PlannedLayer at) => "The weights are positive: the ends of an interval are averaged";

    /// <inheritdoc/>
    protected override string BackEquation => "Each coefficient is shared out over its group";
}
