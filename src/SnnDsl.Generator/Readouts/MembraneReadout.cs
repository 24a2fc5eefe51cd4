using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Readouts;

/// <summary>
/// logits = v[T-1], or the mean of v, with v[t] = decay v[t-1] + i[t], i[t] = synaptic decay i[t-1] + I[t], both 0 before the first step: neurons that
/// integrate and do not fire.
/// </summary>
/// <remarks>Equality: both decays and whether the mean.</remarks>
/// <param name="Leak">The share of the membrane that is left one step later, in [0, 1].</param>
/// <param name="OfMean">Whether logits are the mean over time; else the last membrane.</param>
/// <param name="Synapse">The share of the synaptic current that is left one step later, in [0, 1]; 0 where the membrane integrates I itself.</param>
internal sealed record MembraneReadout(float Leak, bool OfMean = false, float Synapse = 0) : Readout
{
    /// <summary>[MembraneReadout].</summary>
    public static ReadoutKind OwnKind { get; } =
        new("MembraneReadout", arguments => new MembraneReadout(arguments.Decay("Decay", 0.25))) { IntegratesCurrents = true };

    /// <summary>[Li].</summary>
    public static ReadoutKind IntegratorKind { get; } =
        new("Li", arguments => new MembraneReadout(
            (float)(arguments.StatedDecay(0.25) is >= 0 and <= 1 and var decay ? decay : 0), arguments.Value("Mean", false), arguments.Decay("SynapticDecay", 0)))
        {
            IntegratesCurrents = true,
        };

    /// <inheritdoc/>
    public override string Equation =>
        $"{(Synapse == 0 ? "" : $"i = {Numbers.Plain(Synapse)} i + I, ")}v = {Numbers.Plain(Leak)} v + {(Synapse == 0 ? "I" : "i")}, logits = {(OfMean ? "mean over t of" : "the last")} v";

    /// <inheritdoc/>
    public override string Describe() => $"Membrane(decay={Numbers.Plain(Leak)}{(Synapse == 0 ? "" : $",synaptic={Numbers.Plain(Synapse)}")}{(OfMean ? ",mean=true" : "")})";

    /// <inheritdoc/>
    public override string Forward(string outputs) =>
        $"{RuntimeNames.Readouts}.{(OfMean ? "MeanMembrane" : "LastMembrane")}({outputs}, {Decays})";

    /// <inheritdoc/>
    public override string Back => $"{RuntimeNames.LinearForm}.{(OfMean ? "OnMeanMembrane" : "OnLastMembrane")}(query, {Decays})";

    /// <inheritdoc/>
    public override string Decay => CodeWriter.Literal(Leak) + (Synapse != 0 ? $", {(OfMean ? "true" : "false")}, {CodeWriter.Literal(Synapse)}" : OfMean ? ", true" : "");

    /// <inheritdoc/>
    public override string BackEquation => (OfMean, Synapse) switch
    {
        (true, 0) => $"the mean membrane: step t weighs (1 + {Numbers.Plain(Leak)} + ... + {Numbers.Plain(Leak)}^(T-1-t)) / T",
        (false, 0) => $"the last membrane: step t weighs {Numbers.Plain(Leak)}^(T-1-t)",
        (true, _) => $"the mean membrane: step t weighs (h(0) + ... + h(T-1-t)) / T, h(k) = sum over j <= k of {Numbers.Plain(Leak)}^(k-j) {Numbers.Plain(Synapse)}^j",
        _ => $"the last membrane: step t weighs h(T-1-t), h(k) = sum over j <= k of {Numbers.Plain(Leak)}^(k-j) {Numbers.Plain(Synapse)}^j",
    };

    private string Decays => CodeWriter.Literal(Leak) + (Synapse == 0 ? "" : $", {CodeWriter.Literal(Synapse)}");
}
