using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>Leaky integrate-and-fire neurons whose threshold every spike lifts.</summary>
/// <remarks>Equality: name, equations and reset.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Equations">The neurons, with the states u and b.</param>
/// <param name="Reset">What a spike does to u.</param>
internal sealed record AlifLayer(string Name, NeuronEquations Equations, MembraneReset Reset) : EquationsLayer(Name, Equations)
{
    /// <summary>[Alif].</summary>
    public static LayerKind OwnKind { get; } = new("Alif", "alif", LayerRole.Spiking, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        var (spike, reset) = arguments.Spike(spikesStay: true);
        var (decay, gain) = arguments.Leak();
        float adaptation = arguments.Finite("Adaptation", 0.1), adaptationDecay = arguments.Share("AdaptationDecay", 0.9);
        return new AlifLayer(
            name, reset.Of(NeuronEquations.Alif(spike, decay, adaptation, adaptationDecay, reset.Constant, (float)gain), "u"), reset)
        {
            Recurrence = arguments.Recurrence(),
        };
    }

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"u = {Numbers.Plain(Equations.Decay[0, 0])} u + {Term(Equations.Input[0], "I")}, {Fires($"u - {Numbers.Plain(0f - Equations.Guard[1])} b")}" +
        $"{Reset.After("u", Equations.Spike.Threshold)}, b = {Numbers.Plain(Equations.Fired.Matrix[1, 1])} b + s";
}
