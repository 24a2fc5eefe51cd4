using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>Leaky integrate-and-fire neurons whose threshold every spike lifts.</summary>
/// <remarks>Equality: name and equations; the reset value follows from them.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Equations">The neurons, with the states u and b.</param>
/// <param name="ResetValue">u after a spike; null where the threshold is subtracted.</param>
internal sealed record AlifLayer(string Name, NeuronEquations Equations, float? ResetValue) : EquationsLayer(Name, Equations)
{
    /// <summary>[Alif].</summary>
    public static LayerKind OwnKind { get; } = new("Alif", "alif", LayerRole.Spiking, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        var (spike, reset) = arguments.Spike();
        float decay = arguments.Share("Decay", 0.25), adaptation = arguments.Finite("Adaptation", 0.1);
        float adaptationDecay = arguments.Share("AdaptationDecay", 0.9);
        return new AlifLayer(name, NeuronEquations.Alif(spike, decay, adaptation, adaptationDecay, reset), reset);
    }

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"u = {Numbers.Plain(Equations.Decay[0, 0])} u + I, fires where u - {Numbers.Plain(0f - Equations.Guard[1])} b is above " +
        $"{Numbers.Plain(Equations.Spike.Threshold)}, {After("u", ResetValue)}, b = {Numbers.Plain(Equations.Fired.Matrix[1, 1])} b + s";
}
