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
/// <param name="Reset">Whether a spike sets both states to 0, takes the threshold from re, or does nothing.</param>
internal sealed record ResonateAndFireLayer(string Name, NeuronEquations Equations, float Decay, float Angle, ResetKind Reset)
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
        var equations = NeuronEquations.ResonateAndFire(spike, decay, angle, subtracts: reset.Kind == ResetKind.Soft);
        equations = reset.Of(reset.Of(equations, "re"), "im");
        return new ResonateAndFireLayer(name, equations, decay, angle, reset.Kind) { Recurrence = arguments.Recurrence() };
    }

    /// <inheritdoc/>
    public override string Equation(Shape input, Shape output) =>
        $"(re, im) turns by {Numbers.Plain(Angle)} and keeps {Numbers.Plain(Decay)} of its length, re + I, {Fires("re")}" +
        Reset switch
        {
            ResetKind.Hard => ", both are 0 after a spike",
            _ => new MembraneReset(Reset, 0).After("re", Equations.Spike.Threshold),
        };
}
