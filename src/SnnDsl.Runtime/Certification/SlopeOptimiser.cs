using System.Diagnostics;
using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// Linear bounds with optimised slopes (alpha): every unstable neuron-step has a range of sound lines, k = k1 + lambda (k2 - k1), and
/// gradient ascent looks for the lambda that lift one margin most. Two walks start side by side: from the Joint lines, and from nearly
/// flat ones, which reproduce S-IBP. Any lambda is sound, so the best iterate counts, and the result is never below S-IBP or S-CROWN.
/// </summary>
/// <param name="network">The network.</param>
/// <param name="options">How long to climb; null for the defaults.</param>
public sealed class SlopeOptimiser(SpikingModule network, AlphaOptions? options = null)
{
    // All-flat lines let no gradient below the last layer: a tenth of the way to Joint's does.
    private static readonly double[] Starts = [1, 0.1];

    private readonly AlphaOptions options = (options ?? new()).Checked();

    /// <summary>Lower bounds of all margins.</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="labels">The classes whose margins are bounded, int64 [B].</param>
    /// <param name="intervals">Bounds of all membranes over the set; null for those of S-IBP.</param>
    /// <param name="bounds">Bounds that are proved already, [B, classes - 1], to start from; null for those of S-IBP and S-CROWN.</param>
    /// <param name="enough">Ends the climb early: the bounds that were reached by then are returned.</param>
    /// <returns>[B, classes - 1], as from <see cref="SpikingModule.BoundMargins(IPerturbedInput, Tensor, BoundMethod)"/>.</returns>
    public Tensor BoundMargins(
        IPerturbedInput input, Tensor labels, NetworkIntervals? intervals = null, Tensor? bounds = null, CancellationToken enough = default)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var known = intervals ?? network.BoundMembranes(input);
        Tensor Single(BoundMethod method) => Finite(network.BoundMargins(input, labels, method, known));
        // Counts cost nothing, and the membranes may be better known than where the given bounds come from.
        var best = maximum(
            Single(BoundMethod.SIbpCounts),
            bounds is null
                ? maximum(Single(BoundMethod.SCrown), Single(BoundMethod.SCrownTrains))
                : Finite(bounds.to(known.Membranes[0].Lower.dtype)));
        var rows = Margins.Rows(labels, network.Description.Classes, best.dtype);
        var open = best.gt(tensor(options.Goal, best.dtype, best.device)).logical_not().nonzero();
        if (open.shape[0] == 0)
        {
            return best.MoveToOuterDisposeScope();
        }

        // What is computed when it is read must not be read for the first time in a scope that ends before the last block.
        known = known.Computed();
        var deadline = new Deadline(TimeSpan.MaxValue, enough);
        foreach (var pairs in open.split(PairsAtOnce(network)))
        {
            using var inner = NewDisposeScope();
            var (samples, rivals) = (pairs.select(1, 0), pairs.select(1, 1));
            if (Climb(input.Select(samples), known.Select(samples).Membranes, rows.index([samples, rivals]), deadline) is { } climbed)
            {
                best.index_put_(maximum(best.index([samples, rivals]), climbed.Bounds), samples, rivals);
            }
        }

        return best.MoveToOuterDisposeScope();
    }

    /// <summary>How many (sample, rival) pairs climb together.</summary>
    /// <param name="network">The network.</param>
    internal static long PairsAtOnce(SpikingModule network) => CertificationMemory.Pairs(network, Starts.Length);

    /// <summary>A bound that overflowed says nothing: the least number is a lower bound of everything.</summary>
    internal static Tensor Finite(Tensor bounds) => bounds.nan_to_num(float.MinValue, float.MinValue, float.MinValue);

    /// <summary>How long one step of one margin took, at the last one that was measured; null before.</summary>
    internal TimeSpan? StepTime { get; private set; }

    /// <summary>Climbs with some margins side by side: each is one row of a batch of (sample, rival) pairs.</summary>
    /// <param name="input">The pairs' sets, P of them.</param>
    /// <param name="membranes">Bounds of all membranes over each, [T, P, ...].</param>
    /// <param name="row">What each margin weighs the logits by, [P, classes].</param>
    /// <param name="deadline">Until when; a step that would pass it is not begun.</param>
    /// <returns>What was reached by then; null if there was no time for anything.</returns>
    internal ClimbedLines? Climb(IPerturbedInput input, IReadOnlyList<Interval> membranes, Tensor row, Deadline deadline)
    {
        // The lines to start from take about as long as a step does.
        if (!deadline.Fits(2 * row.shape[0] * (StepTime ?? TimeSpan.Zero)))
        {
            return null;
        }

        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var weights = new FrozenWeights(network);
        ClimbedLines? best = null;
        try
        {
            Climb(input, membranes, row, deadline, ref best);
        }
        catch (TimeoutException) when (deadline.IsOver)
        {
            // What was reached before the step that found no time counts.
        }

        if (best is not null)
        {
            scope.MoveToOuter([best.Bounds, .. best.Slopes]);
        }

        return best;
    }

    // Writes down the best so far after every step.
    private void Climb(IPerturbedInput input, IReadOnlyList<Interval> membranes, Tensor row, Deadline deadline, ref ClimbedLines? best)
    {
        var watch = Stopwatch.StartNew();
        var starts = Starts.Select(share => new SlopeStart(share, membranes.Count)).ToArray();
        foreach (var start in starts)
        {
            using var limit = deadline.Enforce();
            network.BoundRows(input, Query(membranes, row.unsqueeze(1), start: start));
        }

        var shares = Enumerable.Range(0, membranes.Count).Select(layer => cat([.. starts.Select(start => start.Slopes[layer]!)], 2));
        var ascent = new Ascent([.. shares], options.StepSize, options.Iterations);
        long pairs = row.shape[0];
        var reached = new ClimbedLines(
            HeldScalars.Full([pairs], float.MinValue, row.dtype, row.device), [.. ascent.Slopes.Select(slopes => zeros_like(slopes.select(2, 0)))]);
        var alive = HeldScalars.CountTo(pairs, row.device);
        var rows = row.unsqueeze(1).expand(-1, Starts.Length, -1);
        // Nothing ends the way back through the gradients, so a step is begun only where there is time for all of it.
        for (int step = 0; step <= options.Iterations && deadline.Fits(watch.Elapsed); step++)
        {
            watch.Restart();
            var left = Evaluate(input, membranes, rows, ascent, reached, alive, last: step == options.Iterations, deadline);
            best = reached;
            StepTime = watch.Elapsed / alive.shape[0];
            if (left.shape[0] == 0)
            {
                return;
            }

            // Leaving costs a copy of everything: wait until a quarter of the pairs has reached its goal.
            if (left.shape[0] <= 0.75 * alive.shape[0])
            {
                ascent.Keep(left);
                (alive, rows, input) = (alive.index_select(0, left), rows.index_select(0, left), input.Select(left));
                membranes = KnownMembranes.Select(membranes, left);
            }
        }
    }

    // Bounds at the current slopes, and one step up; which pairs are still below their goal.
    private Tensor Evaluate(
        IPerturbedInput input, IReadOnlyList<Interval> membranes, Tensor rows, Ascent ascent, ClimbedLines best, Tensor alive, bool last, Deadline deadline)
    {
        using var scope = NewDisposeScope();
        var watch = Stopwatch.StartNew();
        var trace = new LineTrace(membranes.Count);
        Tensor lower, sum;
        using (enable_grad())
        using (deadline.Enforce())
        {
            lower = network.BoundRows(input, Query(membranes, rows, ascent.Slopes, trace: trace)).Lower;
            sum = lower.sum();
        }

        var now = Finite(lower.detach());
        var (reached, which) = (now.amax([1L]), now.argmax(1));
        var better = reached.gt(best.Bounds.index_select(0, alive)).nonzero().flatten();
        var places = alive.index_select(0, better);
        best.Bounds.index_copy_(0, places, reached.index_select(0, better));
        for (int layer = 0; layer < membranes.Count; layer++)
        {
            var taken = trace.Slopes[layer]!.index(TensorIndex.Colon, TensorIndex.Tensor(better), TensorIndex.Tensor(which.index_select(0, better)));
            best.Slopes[layer].index_copy_(1, places, taken);
        }

        var left = best.Bounds.index_select(0, alive).gt(tensor(options.Goal, reached.dtype, reached.device)).logical_not().nonzero().flatten();
        if (!last && left.shape[0] > 0 && deadline.Fits(watch.Elapsed))
        {
            ascent.Step(sum);
        }

        return left.MoveToOuterDisposeScope();
    }

    private LinearQuery Query(
        IReadOnlyList<Interval> membranes, Tensor rows, IReadOnlyList<Tensor>? slopes = null, SlopeStart? start = null, LineTrace? trace = null) => new()
    {
        Layer = membranes.Count,
        Rows = rows,
        Steps = network.Steps,
        Membranes = membranes,
        Slopes = slopes,
        Start = start,
        Trace = trace,
        Trains = true,
    };
}
