using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Layers;

/// <summary>The values of several layers side by side, along channels or features.</summary>
/// <remarks>Equality: name.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
internal sealed record ConcatLayer(string Name) : JoiningLayer(Name)
{
    /// <summary>[Concat].</summary>
    public static LayerKind OwnKind { get; } = new("Concat", "concat", LayerRole.Joining, (name, _) => new ConcatLayer(name));

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    /// <inheritdoc/>
    protected override string Method => "Concat";

    /// <inheritdoc/>
    protected override string ForwardEquation => "Side by side, all steps at once";

    /// <inheritdoc/>
    public override Shape? Infer(IReadOnlyList<Shape> inputs, ProblemReporter problems)
    {
        for (int i = 1; i < inputs.Count; i++)
        {
            if (!inputs[i].Sizes.Skip(1).SequenceEqual(inputs[0].Sizes.Skip(1)))
            {
                problems.ReportAt($"{SourcesArgument}[{Numbers.Plain(i - 1)}]", ProblemIds.ShapesDoNotJoin, inputs[i].Text, inputs[0].Text);
                return null;
            }
        }

        long channels = inputs.Sum(shape => (long)shape.Sizes[0]);
        if (channels > int.MaxValue)
        {
            problems.Report(ProblemIds.TooLarge, Kind.Title, "values", Numbers.Grouped(channels));
            return null;
        }

        return new Shape(inputs[0].Sizes.Skip(1).Prepend((int)channels).ToEquatableArray());
    }

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) => "side by side";

    /// <inheritdoc/>
    public override string Describe() => "Concat()";
}
