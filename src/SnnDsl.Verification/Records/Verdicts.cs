using SnnDsl.Certification;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;

namespace SnnDsl.Verification.Records;

/// <summary>Whether a record's numbers fit each other, and its verdict follows from them.</summary>
internal static class Verdicts
{
    /// <summary>The precision whose certificates hold of the float32 network, in any order of its sums.</summary>
    public const string RoundingSafe = "rounding-safe";

    /// <summary>Checks the record's own numbers.</summary>
    /// <param name="record">The record.</param>
    /// <param name="classes">How many logits the network has.</param>
    /// <exception cref="RejectedException">They do not fit each other.</exception>
    public static void Check(CertificateRecord record, int classes)
    {
        if (ClaimsNothing(record))
        {
            return;
        }

        if (record.Label < 0 || record.Label >= classes || record.Logits.Length != classes || (record.LowerBounds.Length != 0 && record.LowerBounds.Length != classes - 1)
            || record.ProvedBy.Length != record.LowerBounds.Length)
        {
            throw new RejectedException(
                $"The record should be about one of {classes} classes, and hold as many logits and either no lower bound or {classes - 1}, each with its method.");
        }

        if (record.Counterexample is not null && (record.Verdict != Verdict.Falsified || record.DecidedBy == "prediction"))
        {
            throw new RejectedException("The record has a counterexample, but says that the sample is not falsified, or is so unperturbed.");
        }

        if (Array.IndexOf(record.Logits, record.Logits.Max()) != record.Prediction)
        {
            throw new RejectedException($"The prediction is recorded as {record.Prediction}, but the recorded logits say otherwise.");
        }

        if (!PrecisionNames.All.Contains(record.Setting.Precision))
        {
            throw new RejectedException($"The precision is recorded as '{record.Setting.Precision}', which the verifier does not know.");
        }

        var precision = PrecisionNames.Parse(record.Setting.Precision);
        double guard = Guard.Of(precision);
        if (!(record.Setting.Guard >= guard))
        {
            throw new RejectedException(FormattableString.Invariant($"The guard is recorded as {record.Setting.Guard}, but it is at least {guard}."));
        }

        string[] allowed = Methods(record.Setting.Method);
        if (record.ProvedBy.FirstOrDefault(method => !allowed.Contains(method)) is { } other)
        {
            throw new RejectedException($"A lower bound is recorded as proved by {other}, which '--method {record.Setting.Method}' does not run.");
        }

        bool fails = record.Logits.Where((_, rival) => rival != record.Label).Any(logit => !(record.Logits[record.Label] > logit));
        bool proves = record.LowerBounds.Length > 0 && record.LowerBounds.All(bound => bound > record.Setting.Guard);
        string? decider = record.DecidedBy;
        bool follows = record.Verdict switch
        {
            Verdict.Certified or Verdict.Bounded => record.Verdict == PrecisionVerdicts.Of(precision) && !fails && proves && decider is not null && allowed.Contains(decider),
            Verdict.Falsified => fails == (decider == "prediction") && decider is not null,
            // Where something was not finite nothing is claimed, whatever the other bounds say.
            _ => !fails && (!proves || record.Reason is not null) && decider is null,
        };
        if (!follows)
        {
            throw new RejectedException(
                $"The verdict is recorded as {record.Verdict.ToString().ToLowerInvariant()} (decided by {decider ?? "nothing"}), which does not follow from the recorded numbers.");
        }
    }

    /// <summary>Whether a record says no more than that the network's own logits are not finite.</summary>
    /// <param name="record">The record.</param>
    public static bool ClaimsNothing(CertificateRecord record) => record is
    {
        Verdict: Verdict.Unknown, Reason: not null, DecidedBy: null, Counterexample: null, Logits: [], LowerBounds: [], ProvedBy: [],
    };

    // Which methods a run with some --method proves bounds by.
    private static string[] Methods(string method) => CertificationMethodNames.All.Contains(method)
        ? method switch
        {
            "s-ibp" or "s-crown-paper" or "s-crown" => [method],
            "auto" => [.. CertificationMethodNames.All],
            _ => [method, "s-ibp", "s-crown", "alpha"],
        }
        : throw new RejectedException($"The method is recorded as '{method}', which this program does not know.");
}
