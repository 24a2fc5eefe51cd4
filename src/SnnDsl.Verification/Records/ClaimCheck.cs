using SnnDsl.Certification;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Records;

/// <summary>Checks that what a record claims of its sample is so.</summary>
/// <param name="claim">The record.</param>
/// <param name="replay">What the float32 network computes.</param>
internal sealed class ClaimCheck(Claim claim, Replay replay)
{
    /// <summary>Checks.</summary>
    /// <typeparam name="T">The numbers to prove bounds with.</typeparam>
    /// <param name="network">The network.</param>
    /// <returns>The bounds that are proved here, rivals in ascending order; empty if none is recorded.</returns>
    /// <exception cref="RejectedException">Something is not so.</exception>
    public double[] Run<T>(Network<T> network)
        where T : struct, IReal<T>
    {
        var record = claim.Record;
        Verdicts.Check(record, network.Classes);
        CheckLogits();
        if (record.Verdict == Verdict.Falsified && record.DecidedBy != "prediction")
        {
            CounterexampleCheck.Run(claim, replay);
        }

        if (record.LowerBounds.Length == 0)
        {
            return [];
        }

        using var prover = new BoundProver<T>(claim, network);
        return ProveBounds(prover);
    }

    private void CheckLogits()
    {
        var logits = replay.Logits(claim.Input, claim.Record.Index);
        for (int i = 0; i < logits.Length; i++)
        {
            double recorded = claim.Record.Logits[i], tolerance = Tolerance.Logit * Math.Max(1, Math.Abs(recorded));
            if (!(recorded >= logits[i].Lower.Value - tolerance && recorded <= logits[i].Upper.Value + tolerance))
            {
                throw new RejectedException(FormattableString.Invariant(
                    $"Logit {i} is recorded as {recorded}, but the network gives {(logits[i].Lower.Value + logits[i].Upper.Value) / 2}."));
            }
        }

        if (claim.Record.DecidedBy == "prediction" && !Verdicts.Fails(logits, claim.Label))
        {
            throw new RejectedException("The sample is recorded as wrong or tied unperturbed, but all its margins are above 0.");
        }
    }

    private double[] ProveBounds<T>(BoundProver<T> prover)
        where T : struct, IReal<T>
    {
        var record = claim.Record;
        var proved = new double[record.LowerBounds.Length];
        for (int margin = 0; margin < proved.Length; margin++)
        {
            double recorded = record.LowerBounds[margin];
            string method = record.ProvedBy[margin];
            CheckOwnPoint(margin, recorded);
            // The search keeps what it proves only where it proves a certificate, and its proof shows that a margin is above 0, not by how much.
            // How rounding is counted differs between the run and here: there too only the sign is claimed.
            bool signOnly = method is "alpha" or "bab" || record.Setting.Precision == Verdicts.RoundingSafe;
            if (signOnly && !record.Verdict.IsByBounds())
            {
                proved[margin] = double.NegativeInfinity;
                continue;
            }

            proved[margin] = prover.Prove(margin, method, signOnly ? 0 : recorded);
            // The least float32 number claims nothing.
            if (!signOnly && recorded > float.MinValue && !Tolerance.Follows(recorded, proved[margin]))
            {
                throw new RejectedException(FormattableString.Invariant(
                    $"The margin over class {claim.Rival(margin)} is recorded to be at least {recorded}, but {method} proves no more than {proved[margin]}."));
            }

            if (record.Verdict.IsByBounds() && !(proved[margin] > 0))
            {
                throw new RejectedException(FormattableString.Invariant(
                    $"The sample is recorded as {record.Verdict.ToString().ToLowerInvariant()}, but the margin over class {claim.Rival(margin)} is not proved to be above 0 (at least {proved[margin]}{(signOnly && record.Proof is null ? ", and no proof is stored" : "")})."));
            }
        }

        return proved;
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
