using SnnDsl.Generator.Emission;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Readouts;

/// <summary>logits = v[T-1], or the mean of v, with v[t] = decay v[t-1] + I[t], v[-1] = 0: neurons that integrate and do not fire.</summary>
/// <remarks>Equality: leak and whether the mean.</remarks>
/// <param name="Leak">The share of the membrane that is left one step later, in [0, 1].</param>
/// <param name="OfMean">Whether logits are the mean over time; else the last membrane.</param>
internal sealed record MembraneReadout(float Leak, bool OfMean = false) : Readout
{
    /// <summary>[MembraneReadout].</summary>
    public static ReadoutKind OwnKind { get; } =
        new("MembraneReadout", arguments => new MembraneReadout(arguments.Decay("Decay", 0.25))) { IntegratesCurrents = true };

    /// <summary>[Li].</summary>
    public static ReadoutKind IntegratorKind { get; } =
        new("Li", arguments => new MembraneReadout((float)(arguments.StatedDecay(0.25) is >= 0 and <= 1 and var decay ? decay : 0), arguments.Value("Mean", false)))
        {
            IntegratesCurrents = true,
        };

    /// <inheritdoc/>
    public override string Equation => $"v = {Numbers.Plain(Leak)} v + I, logits = {(OfMean ? "mean over t of" : "the last")} v";

    /// <inheritdoc/>
    public override string Describe() => $"Membrane(decay={Numbers.Plain(Leak)}{(OfMean ? ",mean=true" : "")})";

    /// <inheritdoc/>
    public override string Forward(string outputs) =>
        $"{RuntimeNames.Readouts}.{(OfMean ? "MeanMembrane" : "LastMembrane")}({outputs}, {CodeWriter.Literal(Leak)})";

    /// <inheritdoc/>
    public override string Back => $"{RuntimeNames.LinearForm}.{(OfMean ? "OnMeanMembrane" : "OnLastMembrane")}(query, {CodeWriter.Literal(Leak)})";

    /// <inheritdoc/>
    public override string Decay => CodeWriter.Literal(Leak) + (OfMean ? ", true" : "");

    /// <inheritdoc/>
    public override string BackEquation => OfMean
        ? $"the mean membrane: step t weighs (1 + {Numbers.Plain(Leak)} + ... + {Numbers.Plain(Leak)}^(T-1-t)) / T"
        : $"the last membrane: step t weighs {Numbers.Plain(Leak)}^(T-1-t)";
}
