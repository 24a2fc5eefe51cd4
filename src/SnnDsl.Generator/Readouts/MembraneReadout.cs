using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Readouts;

/// <summary>logits = v[T-1] with v[t] = decay v[t-1] + I[t], v[-1] = 0: neurons that integrate and do not fire.</summary>
/// <remarks>Equality: decay.</remarks>
/// <param name="Decay">The share of the membrane that is left one step later, in [0, 1].</param>
internal sealed record MembraneReadout(float Decay) : Readout
{
    /// <summary>[MembraneReadout].</summary>
    public static ReadoutKind OwnKind { get; } =
        new("MembraneReadout", arguments => new MembraneReadout(arguments.Decay("Decay", 0.25)));

    /// <inheritdoc/>
    public override bool IntegratesCurrents => true;

    /// <inheritdoc/>
    public override string Equation => $"v = {Numbers.Plain(Decay)} v + I, logits = the last v";

    /// <inheritdoc/>
    public override string Describe() => $"Membrane(decay={Numbers.Plain(Decay)})";
}
