using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>Current-based neurons, a leaking synapse before a leaking membrane.</summary>
/// <remarks>Equality: name, equations and reset.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Equations">The neurons, with the states i and u.</param>
/// <param name="Reset">What a spike does to u.</param>
internal sealed record SynapticLayer(string Name, NeuronEquations Equations, MembraneReset Reset) : EquationsLayer(Name, Equations)
{
    /// <summary>[Synaptic].</summary>
    public static LayerKind OwnKind { get; } = new("Synaptic", "syn", LayerRole.Spiking, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        var (spike, reset) = arguments.Spike();
        var (synapse, (decay, _)) = (arguments.Share("SynapticDecay", 0.25), arguments.Leak());
        return new SynapticLayer(name, reset.Of(NeuronEquations.Synaptic(spike, synapse, decay, reset.Constant), "u"), reset)
        {
            Recurrence = arguments.Recurrence(),
        };
    }

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"i = {Numbers.Plain(Equations.Decay[0, 0])} i + I, u = {Numbers.Plain(Equations.Decay[1, 1])} u + i, " +
        $"{Fires("u")}{Reset.After("u", Equations.Spike.Threshold)}";
}
