using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Model;

namespace SnnDsl.Generator.Layers;

/// <summary>Neurons whose state turns and shrinks.</summary>
/// <remarks>Equality: name and equations; decay, angle and reset are what they were made of.</remarks>
/// <param name="Name">The layer's name; it has no parameters.</param>
/// <param name="Equations">The neurons, with the states re and im.</param>
/// <param name="Decay">The share of the length that is left one step later.</param>
/// <param name="Angle">Radians a step.</param>
/// <param name="Subtracts">Whether a spike takes the threshold from re; otherwise it sets both states to 0.</param>
internal sealed record ResonateAndFireLayer(string Name, NeuronEquations Equations, float Decay, float Angle, bool Subtracts)
    : EquationsLayer(Name, Equations)
{
    /// <summary>[ResonateAndFire].</summary>
    public static LayerKind OwnKind { get; } = new("ResonateAndFire", "rf", LayerRole.Spiking, Read);

    /// <inheritdoc/>
    public override LayerKind Kind => OwnKind;

    private static Layer Read(string name, AttributeArguments arguments)
    {
        var (spike, reset) = arguments.Spike();
        var (decay, angle) = (arguments.Share("Decay", 0.9), arguments.Finite("Angle", 0.5));
        bool subtracts = reset is null;
        return new ResonateAndFireLayer(name, NeuronEquations.ResonateAndFire(spike, decay, angle, subtracts), decay, angle, subtracts);
    }

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"(re, im) turns by {Numbers.Plain(Angle)} and keeps {Numbers.Plain(Decay)} of its length, re + I, fires where re is above " +
        $"{Numbers.Plain(Equations.Spike.Threshold)}, {(Subtracts ? After("re", null) : "both are 0 after a spike")}";
}
