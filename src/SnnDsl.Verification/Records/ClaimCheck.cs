using SnnDsl.Certification;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Records;

/// <summary>Checks that what a record claims of its sample is so.</summary>
/// <param name="claim">The record.</param>
/// <param name="replay">What the float32 network computes.</param>
/// <param name="deadline">How long it may take.</param>
internal sealed class ClaimCheck(Claim claim, Replay replay, Deadline deadline)
{
    /// <summary>Checks.</summary>
    /// <typeparam name="T">The numbers to prove bounds with.</typeparam>
    /// <param name="network">The network.</param>
    /// <exception cref="RejectedException">Something is not so.</exception>
    public Finding Run<T>(Network<T> network)
        where T : struct, IReal<T>
    {
        var record = claim.Record;
        Verdicts.Check(record, network.Classes);
        if (Verdicts.ClaimsNothing(record))
        {
            return new([], 0, null);
        }

        string? by = record.Verdict == Verdict.Falsified ? CheckFailure() : null;
        if (by is null || record.DecidedBy != "prediction")
        {
            CheckLogits(replay.Run(claim.Input, record.Index, claim.Label));
        }

        if (record.LowerBounds.Length == 0)
        {
            return new([], 0, by);
        }

        var (bounds, taken) = ProveBounds(new BoundProver<T>(claim, network, deadline));
        return new(bounds, taken, by);
    }

    // How the sample, or its counterexample, is known to fail.
    private string CheckFailure()
    {
        if (claim.Record.DecidedBy != "prediction")
        {
            return CounterexampleCheck.Run(claim, replay);
        }

        var replayed = replay.Run(claim.Input, claim.Record.Index, claim.Label);
        CheckLogits(replayed);
        return replayed.Fails
            ? replayed.By
            : throw new RejectedException($"The sample is recorded as wrong or tied unperturbed, but all its margins are above 0 ({replayed.By}).");
    }

    private void CheckLogits(Replayed replayed)
    {
        for (int i = 0; i < replayed.Logits.Length; i++)
        {
            double recorded = claim.Record.Logits[i];
            if (!Tolerance.Holds(replayed.Logits[i], recorded))
            {
                throw new RejectedException(FormattableString.Invariant(
                    $"Logit {i} is recorded as {recorded}, but the network gives {(replayed.Logits[i].Lower.Value + replayed.Logits[i].Upper.Value) / 2}."));
            }
        }
    }

    private (double[] Bounds, int Unchecked) ProveBounds<T>(BoundProver<T> prover)
        where T : struct, IReal<T>
    {
        var record = claim.Record;
        var proved = new double[record.LowerBounds.Length];
        int taken = 0;
        for (int margin = 0; margin < proved.Length; margin++)
        {
            double recorded = record.LowerBounds[margin];
            string method = record.ProvedBy[margin];
            CheckOwnPoint(margin, recorded);
            // The search keeps what it proves only where it proves a certificate.
            bool isHinted = method is "alpha" or "bab";
            if (isHinted && !record.Verdict.IsByBounds())
            {
                (proved[margin], taken) = (double.NegativeInfinity, taken + 1);
                continue;
            }

            proved[margin] = prover.Prove(margin, method, Tolerance.Enough(recorded), mustBeAbove: record.Verdict.IsByBounds());
            // The least float32 number claims nothing.
            bool follows = recorded <= float.MinValue || Tolerance.Follows(recorded, proved[margin]);
            taken += isHinted && !follows ? 1 : 0;
            if (!isHinted && !follows)
            {
                throw new RejectedException(FormattableString.Invariant(
                    $"The margin over class {claim.Rival(margin)} is recorded to be at least {recorded}, but {method} proves no more than {proved[margin]}."));
            }

            if (record.Verdict.IsByBounds() && !(proved[margin] > 0))
            {
                throw new RejectedException(FormattableString.Invariant(
                    $"The sample is recorded as {record.Verdict.ToString().ToLowerInvariant()}, but the margin over class {claim.Rival(margin)} is not proved to be above 0 (at least {proved[margin]}{(isHinted && record.Proof is null ? ", and no proof is stored" : "")})."));
            }
        }

        return (proved, taken);
    }

    // The unperturbed sample is one of the set: no bound lies above its margin.
    private void CheckOwnPoint(int margin, double recorded)
    {
        double own = (double)claim.Record.Logits[claim.Label] - claim.Record.Logits[claim.Rival(margin)];
        if (!Tolerance.Follows(recorded, own))
        {
            throw new RejectedException(FormattableString.Invariant(
                $"The margin over class {claim.Rival(margin)} is recorded to be at least {recorded}, but that of the sample itself is {own}."));
        }
    }
}
