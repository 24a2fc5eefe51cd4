using System.Diagnostics;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Hardware;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>
/// Linear relaxation with optimised slopes, for the open margins. Slopes are hints: they climb in the network's own arithmetic, whatever is
/// to be claimed. What counts is the bound that is computed from them again, as a checker does, and they are its proof.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="options">How long to climb.</param>
/// <param name="share">Which share of the time that is left it may take.</param>
/// <param name="guard">What a lower bound must exceed.</param>
internal sealed class SlopeStage(SpikingModule network, AlphaOptions options, double share, double guard)
    : CertificationStage
{
    private readonly SlopeOptimiser optimiser = new(network, options with { Goal = Math.Max(options.Goal, SlopeProver.Room) });

    // What is kept for them the next time, where the second bounds of a sample did not end.
    private const double TooLittle = 2;

    // What a sample's second bounds took, the last time.
    private TimeSpan proofTime = TimeSpan.FromMilliseconds(10);

    /// <inheritdoc/>
    public override string Name => CertificationMethodNames.Of(CertificationMethod.Alpha);

    /// <summary>A proof's slopes are bounded over intervals again, so they climb over these.</summary>
    public override IntermediateBounds? Needs => IntermediateBounds.SIbp;

    /// <inheritdoc/>
    public override double Share => share;

    /// <summary>So many samples that their open pairs with rivals climb together: none waits for another's turn. The first one shows how long
    /// a step takes.</summary>
    public override int GroupSize(OpenBatch batch)
    {
        double open = batch.Samples.Average(sample => (double)Math.Max(1, sample.OpenRivals(guard).Length));
        return optimiser.StepTime is null ? 1 : (int)Math.Max(1, SlopeOptimiser.PairsAtOnce(network) / open);
    }

    /// <inheritdoc/>
    public override void Run(OpenBatch batch, TimeSpan allowance, CancellationToken cancellation)
    {
        var deadline = new Deadline(allowance, cancellation);
        (int Row, int Rival)[] pairs = [.. batch.Samples.SelectMany((sample, row) => sample.OpenRivals(guard).Select(rival => (row, rival)))];
        List<Climbed> found = [];
        while (found.Count < pairs.Length)
        {
            // One alone shows what a step takes.
            int most = optimiser.StepTime is null ? 1 : (int)SlopeOptimiser.PairsAtOnce(network);
            (int Row, int Rival)[] chunk = [.. pairs.Skip(found.Count).Take(most)];
            double part = (double)chunk.Length / (pairs.Length - found.Count);
            if (Climb(batch, chunk, deadline.Before(proofTime * batch.Samples.Count).Within(part)) is not { } climbed)
            {
                break;
            }

            found.AddRange(climbed);
        }

        // Those first that are nearest to being settled.
        foreach (var ofSample in found.GroupBy(pair => pair.Row).OrderByDescending(sample => sample.Min(pair => pair.Bound)))
        {
            if (!deadline.Fits(proofTime))
            {
                break;
            }

            var watch = Stopwatch.StartNew();
            bool ended = Prove(batch, ofSample.Key, ofSample, deadline);
            // Where it was too little, the next climb leaves more.
            proofTime = ended ? watch.Elapsed : TooLittle * (watch.Elapsed > proofTime ? watch.Elapsed : proofTime);
        }

        cancellation.ThrowIfCancellationRequested();
    }

    // Null if there was no time for anything.
    private IEnumerable<Climbed>? Climb(OpenBatch batch, (int Row, int Rival)[] pairs, Deadline deadline)
    {
        var rows = tensor([.. pairs.Select(pair => (long)pair.Row)], device: batch.Data.Labels.device);
        var rivals = tensor([.. pairs.Select(pair => (long)pair.Rival)], device: batch.Data.Labels.device);
        var set = batch.Members;
        Interval[] membranes =
        [
            .. batch.Intervals(IntermediateBounds.SIbp).Membranes.Select(layer => new Interval(layer.Lower.to(Arithmetic), layer.Upper.to(Arithmetic)).Select(rows, 1)),
        ];
        var weighed = Margins.Rows(batch.Data.Labels, network.Description.Classes, membranes[0].Lower.dtype).index([rows, rivals]);
        if (optimiser.Climb(set.Select(rows), membranes, weighed, deadline) is not { } climbed)
        {
            return null;
        }

        float[] bounds = climbed.Bounds.Floats();
        return pairs.Select((pair, place) => new Climbed(pair.Row, pair.Rival, bounds[place], climbed, place));
    }

    private ScalarType Arithmetic => network.parameters().FirstOrDefault()?.dtype ?? ScalarType.Float32;

    // Bounds the margins of one sample again, from the slopes alone; false if there was no time for all of them.
    private bool Prove(OpenBatch batch, int row, IEnumerable<Climbed> margins, Deadline deadline)
    {
        using var scope = NewDisposeScope();
        var sample = batch.Samples[row];
        OpenNetwork open;
        try
        {
            var clock = new SearchClock(deadline.Left, null, 1, CancellationToken.None);
            open = BranchAndBound.Open(network, batch.View, batch.Perturbation, batch.Input(row), sample.Label, sample.Index, clock);
        }
        catch (Exception failure) when (failure is TimeoutException or InsufficientMemoryException)
        {
            // There is no time, or no room, to prove anything.
            return failure is not TimeoutException;
        }

        var prover = new SlopeProver(open);
        if (!prover.IsBounded)
        {
            sample.Doubt($"a current or a membrane has no finite bounds for {Name}");
            return true;
        }

        var took = TimeSpan.Zero;
        foreach (var margin in margins)
        {
            if (!deadline.Fits(took))
            {
                return false;
            }

            var watch = Stopwatch.StartNew();
            var slopes = SlopeProver.SlopesOf(margin.Lines, margin.Place);
            if (prover.Prove(open.Margins[margin.Rival], slopes) is not { } proof)
            {
                sample.Doubt($"the bound of the margin over class {open.Margins[margin.Rival].Rival} by {Name} is not finite");
                continue;
            }

            float bound = batch.View.Report(tensor(proof.Bound)).item<float>();
            if (proof.Bound > MarginSearch.Goal)
            {
                sample.Raise(margin.Rival, bound, Evidence.Of(CertificationMethod.Alpha, proof));
            }
            else
            {
                sample.RaiseUnproved(margin.Rival, bound, CertificationMethod.Alpha);
            }

            took = watch.Elapsed;
        }

        return true;
    }

    /// <summary>What a climb reached for a margin, before anything of it is proved.</summary>
    private sealed record Climbed(int Row, int Rival, float Bound, ClimbedLines Lines, int Place);
}
