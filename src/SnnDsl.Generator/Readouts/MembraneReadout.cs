using SnnDsl.Generator.Emission;
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

    /// <inheritdoc/>
    public override string Forward(string outputs) =>
        $"{RuntimeNames.Readouts}.LastMembrane({outputs}, {CodeWriter.Literal(Decay)})";

    /// <inheritdoc/>
    public override string Back => $"{RuntimeNames.LinearForm}.OnLastMembrane(query, {CodeWriter.Literal(Decay)})";

    /// <inheritdoc/>
    public override string BackEquation => $"the last membrane: step t weighs {Numbers.Plain(Decay)}^(T-1-t)";
}
