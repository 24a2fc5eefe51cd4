using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>Neurons of the user's own.</summary>
/// <remarks>Equality: name, the type's name and equations.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="TypeName">The name of the type that states the equations.</param>
/// <param name="Equations">The equations.</param>
internal sealed record OwnNeuronLayer(string Name, string TypeName, NeuronEquations Equations) : EquationsLayer(Name, Equations)
{
    /// <summary>[Neuron].</summary>
    public static LayerKind OwnKind { get; } = new("Neuron", "neuron", LayerRole.Spiking, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        var (surrogate, width, detached) = arguments.Surrogate();
        // What is refused is told already.
        var own = arguments.Value<OwnNeuron?>("neuron", null) ?? new OwnNeuron("", NeuronEquations.If(new(1)));
        var (n, spike) = (own.Equations, own.Equations.Spike with { Surrogate = surrogate, Width = width, Detached = detached });
        return new OwnNeuronLayer(name, own.TypeName, new(n.States, n.Decay, n.Input, n.Bias, n.Guard, spike, n.Silent, n.Fired))
        {
            Recurrence = arguments.Recurrence(),
        };
    }

    /// <inheritdoc/>
    public override string Title(Shape input, Shape output) => $"{TypeName} {output}";

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output)
    {
        var n = Equations;
        var all = Enumerable.Range(0, n.Size);
        string steps = string.Join(", ", all.Select(i => $"{n.States[i]} = {Sum(n.Decay, i, (n.Input[i], "I"), (n.Bias[i], ""))}"));
        return $"{steps}; {Fires(Sum(n.Guard, 0))}{After(n.Fired, "after a spike")}{After(n.Silent, "else")}";
    }

    // "; after a spike u = 0": of the states that are changed.
    private string After(Successor successor, string when)
    {
        string[] changes =
        [
            .. Enumerable.Range(0, Equations.Size).Select(i => (Equations.States[i], Sum(successor.Matrix, i, (successor.Offset[i], ""))))
                .Where(state => state.Item1 != state.Item2).Select(state => $"{state.Item1} = {state.Item2}"),
        ];
        return changes.Length == 0 ? "" : $"; {when} {string.Join(", ", changes)}";
    }

    private string Sum(Coefficients m, int row, params (float Factor, string Of)[] more)
    {
        var terms = Enumerable.Range(0, m.Columns).Select(j => (Factor: m[row, j], Of: Equations.States[j])).Concat(more).Where(term => term.Factor != 0).ToList();
        string text = string.Concat(terms.Select((term, i) =>
        {
            float size = Math.Abs(term.Factor);
            string sign = term.Factor < 0 ? i == 0 ? "-" : " - " : i == 0 ? "" : " + ";
            return sign + (term.Of == "" ? Numbers.Plain(size) : Term(size, term.Of));
        }));
        return text == "" ? "0" : text;
    }
}
