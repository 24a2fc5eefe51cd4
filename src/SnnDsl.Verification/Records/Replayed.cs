using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Records;

/// <summary>What the float32 network makes of one input.</summary>
/// <param name="Logits">Bounds of the logits of every float32 run, in any order of its sums.</param>
/// <param name="Margins">Bounds of logit_label - logit_rival of every run, rivals in ascending order.</param>
/// <param name="Fails">Whether the network gets the input wrong, or ties on it.</param>
/// <param name="By">How that is known: <see cref="AnyOrder"/> or <see cref="Deployed"/>.</param>
internal sealed record Replayed(Interval<Float64>[] Logits, Interval<Float64>[] Margins, bool Fails, string By)
{
    /// <summary>Bounds decide: it is so of every float32 run.</summary>
    public const string AnyOrder = "any order";

    /// <summary>Rounding can decide, and the deployed code was run.</summary>
    public const string Deployed = "deployed network";
}
