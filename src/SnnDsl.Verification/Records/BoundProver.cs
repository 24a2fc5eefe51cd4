using SnnDsl.Certification;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;
using SnnDsl.Verification.Proofs;

namespace SnnDsl.Verification.Records;

/// <summary>Proves a record's lower bounds again, each by the method that the record names for it.</summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed class BoundProver<T>
    where T : struct, IReal<T>
{
    // What float32 runs move refined bounds and the currents at which trains change outward by. Where lines are steep a smaller slack can
    // give another, lower bound.
    private const double RefinementSlack = 1e-5;

    private const double TrainSlack = 1.0 / (1 << 18);

    private readonly Claim claim;
    private readonly List<MarginBounds<T>> all;
    private readonly TreeProof<T> tree;
    private readonly Deadline deadline;
    private readonly bool hasEquations;
    private readonly bool isGraph;

    /// <summary>Prepares.</summary>
    /// <param name="claim">The record.</param>
    /// <param name="network">The network.</param>
    /// <param name="deadline">How long it may take.</param>
    public BoundProver(Claim claim, Network<T> network, Deadline deadline)
    {
        (this.claim, this.deadline) = (claim, deadline);
        var setting = claim.Record.Setting;
        hasEquations = network.Stages.Any(stage => stage.Neurons.Equations is not null);
        isGraph = network.Graph is not null;
        if (isGraph && setting.Intermediate == CertificationMethodNames.Of(IntermediateBounds.SCrown))
        {
            throw new RejectedException("Membranes are recorded as bounded by relaxation, but where layers are a graph nothing does that.");
        }

        if (hasEquations && setting.Intermediate == CertificationMethodNames.Of(IntermediateBounds.SCrown))
        {
            throw new RejectedException("Membranes are recorded as bounded by relaxation, but for neurons that are stated by equations nothing does that.");
        }

        var input = InputSets.Of(network, setting.Perturbation, claim.Values, setting.Seed, claim.Record.Index, claim.Box);
        bool float32 = setting.Precision == Verdicts.RoundingSafe;
        var proof = claim.Record.Proof is { } stored ? ProofFile.Read(BesideRecords.Find(claim.Path, ".proofs", stored), claim.Label) : null;
        tree = new(network, input, proof, float32, deadline);
        var options = new PassOptions { Float32 = float32, Deadline = deadline };
        all = [new(network, input, options)];
        if (network.HasChains)
        {
            // Tighter intervals; but slopes that are chosen by them can be worse.
            all.Add(new(network, input, options with { Products = true }));
        }

        if (setting.Intermediate == CertificationMethodNames.Of(IntermediateBounds.SCrown))
        {
            // Membranes bounded with the lines that the run may have used: at each step, or of whole trains; and with as much as it knew of trains.
            all.AddRange(
                from byMembranes in float32 ? new[] { false, true } : [true]
                from trains in new[] { true, false }
                select new MarginBounds<T>(network, input, options with
                {
                    Refine = new JointSlopes(trains),
                    Slack = RefinementSlack,
                    Trains = true,
                    TrainSlack = TrainSlack,
                    SpikesByMembranes = byMembranes,
                }));
        }
    }

    /// <summary>At most the least margin, the best that the named method proves.</summary>
    /// <param name="margin">Which margin.</param>
    /// <param name="method">The method.</param>
    /// <param name="wanted">What is enough: no more is tried then.</param>
    /// <param name="mustBeAbove">Whether it must be above 0 as well.</param>
    public double Prove(int margin, string method, double wanted, bool mustBeAbove)
    {
        var (own, rival) = (claim.Label, claim.Rival(margin));
        double best = double.NegativeInfinity;
        foreach (var attempt in Attempts(method, own, rival))
        {
            deadline.Check();
            // A number that is none proves nothing.
            double proved = T.Below(attempt()).ToDouble();
            best = proved > best ? proved : best;
            if ((best > 0 || !mustBeAbove) && best >= wanted)
            {
                break;
            }
        }

        return best;
    }

    private IEnumerable<Func<T>> Attempts(string method, int own, int rival)
    {
        if (hasEquations && method is not ("s-ibp" or "s-crown"))
        {
            throw new RejectedException($"A lower bound is recorded as proved by {method}, which is known of [Lif] neurons alone.");
        }

        if (isGraph && method is ("alpha" or "bab"))
        {
            throw new RejectedException($"A lower bound is recorded as proved by {method}, which is known of chains of layers alone, and these are a graph.");
        }

        foreach (var bounds in all)
        {
            switch (method)
            {
                case "s-ibp":
                    yield return () => bounds.ByIntervals(own, rival);
                    break;
                case "s-crown-paper":
                    yield return () => bounds.ByLines(own, rival, new PaperSlopes());
                    break;
                case "s-crown":
                    yield return () => bounds.ByLines(own, rival, new JointSlopes(trains: true));
                    yield return () => bounds.ByLines(own, rival, new JointSlopes(trains: false));
                    break;
                case "alpha" or "bab":
                    foreach (var attempt in ByProof(bounds, own, rival))
                    {
                        yield return attempt;
                    }

                    break;
                default:
                    throw new RejectedException($"The verifier does not know how '{method}' proves a bound.");
            }
        }
    }

    // What single passes show needs no proof; the stored one goes by cases, and hints at slopes.
    private IEnumerable<Func<T>> ByProof(MarginBounds<T> bounds, int own, int rival)
    {
        yield return () => bounds.ByIntervals(own, rival);
        if (bounds == all[0])
        {
            yield return () => tree.Margin(own, rival);
        }

        yield return () => bounds.ByLines(own, rival, new JointSlopes(trains: true));
        yield return () => bounds.ByLines(own, rival, new JointSlopes(trains: false));
    }
}
