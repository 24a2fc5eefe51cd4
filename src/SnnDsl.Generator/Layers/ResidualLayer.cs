using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.Generator.Layers;

/// <summary>The sum of the values of several layers.</summary>
/// <remarks>Equality: name.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
internal sealed record ResidualLayer(string Name) : JoiningLayer(Name)
{
    /// <summary>[Residual].</summary>
    public static LayerKind OwnKind { get; } = new("Residual", "add", LayerRole.Joining, (name, _) => new ResidualLayer(name));

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    /// <inheritdoc/>
    protected override string Method => "Add";

    /// <inheritdoc/>
    protected override string ForwardEquation => "The shortcut: values are added up, all steps at once";

    /// <inheritdoc/>
    public override Shape? Infer(IReadOnlyList<Shape> inputs, ProblemReporter problems)
    {
        for (int i = 1; i < inputs.Count; i++)
        {
            if (inputs[i] != inputs[0])
            {
                problems.ReportAt($"{SourcesArgument}[{Numbers.Plain(i - 1)}]", ProblemIds.ShapesDoNotAdd, inputs[i].Text, inputs[0].Text);
                return null;
            }
        }

        return inputs[0];
    }

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) => "their sum";

    /// <inheritdoc/>
    public override string Describe() => "Add()";
}
