using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>Current-based neurons, a leaking synapse before a leaking membrane.</summary>
/// <remarks>Equality: name and equations; the reset value follows from them.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Equations">The neurons, with the states i and u.</param>
/// <param name="ResetValue">u after a spike; null where the threshold is subtracted.</param>
internal sealed record SynapticLayer(string Name, NeuronEquations Equations, float? ResetValue) : EquationsLayer(Name, Equations)
{
    /// <summary>[Synaptic].</summary>
    public static LayerKind OwnKind { get; } = new("Synaptic", "syn", LayerRole.Spiking, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        var (spike, reset) = arguments.Spike();
        var (synapse, decay) = (arguments.Share("SynapticDecay", 0.25), arguments.Share("Decay", 0.25));
        return new SynapticLayer(name, NeuronEquations.Synaptic(spike, synapse, decay, reset), reset);
    }

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"i = {Numbers.Plain(Equations.Decay[0, 0])} i + I, u = {Numbers.Plain(Equations.Decay[1, 1])} u + i, " +
        $"fires where u is above {Numbers.Plain(Equations.Spike.Threshold)}, {After("u", ResetValue)}";
}
