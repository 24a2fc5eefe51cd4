using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Readouts;

/// <summary>logits = v[T-1] with v[t] = decay v[t-1] + I[t], v[-1] = 0: neurons that integrate and do not fire.</summary>
/// <remarks>Equality: leak.</remarks>
/// <param name="Leak">The share of the membrane that is left one step later, in [0, 1].</param>
internal sealed record MembraneReadout(float Leak) : Readout
{
    /// <summary>[MembraneReadout].</summary>
    public static ReadoutKind OwnKind { get; } =
        new("MembraneReadout", arguments => new MembraneReadout(arguments.Decay("Decay", 0.25)));

    /// <inheritdoc/>
    public override bool IntegratesCurrents => true;

    /// <inheritdoc/>
    public override string Equation => $"v = {Numbers.Plain(Leak)} v + I, logits = the last v";

    /// <inheritdoc/>
    public override string Describe() => $"Membrane(decay={Numbers.Plain(Leak)})";

    /// <inheritdoc/>
    public override string Forward(string outputs) =>
        $"{RuntimeNames.Readouts}.LastMembrane({outputs}, {CodeWriter.Literal(Leak)})";

    /// <inheritdoc/>
    public override string Back => $"{RuntimeNames.LinearForm}.OnLastMembrane(query, {CodeWriter.Literal(Leak)})";

    /// <inheritdoc/>
    public override string Decay => CodeWriter.Literal(Leak);

    /// <inheritdoc/>
    public override string BackEquation => $"the last membrane: step t weighs {Numbers.Plain(Leak)}^(T-1-t)";
}
