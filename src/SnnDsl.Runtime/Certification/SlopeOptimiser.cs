using SnnDsl.Attacks;
using SnnDsl.Bounds;
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
        using var weights = new FrozenWeights(network);
        var known = intervals ?? network.BoundMembranes(input);
        Tensor Single(BoundMethod method) => Finite(network.BoundMargins(input, labels, method, known));
        // Counts cost nothing, and the membranes may be better known than where the given bounds come from.
        var best = maximum(
            Single(BoundMethod.SIbpCounts),
            bounds?.to(known.Membranes[0].Lower.dtype) ?? maximum(Single(BoundMethod.SCrown), Single(BoundMethod.SCrownTrains)));
        var rows = Margins.Rows(labels, network.Description.Classes, best.dtype);
        var open = best.le(tensor(options.Goal, best.dtype, best.device)).nonzero();
        if (open.shape[0] == 0)
        {
            return best.MoveToOuterDisposeScope();
        }

        // What is computed when it is read must not be read for the first time in a scope that ends before the last block.
        known = known.Computed();

        // Every open margin climbs by itself: one row of a batch of (sample, rival) pairs.
        foreach (var pairs in open.split(PairsAtOnce(network)))
        {
            if (enough.IsCancellationRequested)
            {
                break;
            }

            using var inner = NewDisposeScope();
            var (samples, rivals) = (pairs.select(1, 0), pairs.select(1, 1));
            var climbed = Climb(input.Select(samples), known.Select(samples).Membranes, rows.index([samples, rivals]), enough);
            best.index_put_(maximum(best.index([samples, rivals]), climbed), samples, rivals);
        }

        return best.MoveToOuterDisposeScope();
    }

    /// <summary>How many (sample, rival) pairs climb together.</summary>
    /// <param name="network">The network.</param>
    internal static long PairsAtOnce(SpikingModule network) => CertificationMemory.Pairs(network, Starts.Length);

    /// <summary>A bound that overflowed says nothing: the least number is a lower bound of everything.</summary>
    internal static Tensor Finite(Tensor bounds) => bounds.nan_to_num(float.MinValue, float.MinValue, float.MinValue);

    // The best bound of every pair's row [P, classes], [P].
    private Tensor Climb(IPerturbedInput input, IReadOnlyList<Interval> membranes, Tensor row, CancellationToken enough)
    {
        var starts = Starts.Select(share => new SlopeStart(share, membranes.Count)).ToArray();
        foreach (var start in starts)
        {
            network.BoundRows(input, Query(membranes, row.unsqueeze(1), null, start));
        }

        var slopes = Enumerable.Range(0, membranes.Count).Select(layer => cat([.. starts.Select(start => start.Slopes[layer]!)], 2));
        var ascent = new Ascent([.. slopes], options.StepSize, options.Iterations);
        var best = full([row.shape[0]], float.MinValue, row.dtype, row.device);
        var alive = arange(row.shape[0], ScalarType.Int64, row.device);
        var rows = row.unsqueeze(1).expand(-1, Starts.Length, -1);
        for (int step = 0; ; step++)
        {
            var left = Evaluate(input, membranes, rows, ascent, best, alive, last: step == options.Iterations);
            if (step == options.Iterations || left.shape[0] == 0 || enough.IsCancellationRequested)
            {
                return best;
            }

            // Leaving costs a copy of everything: wait until a quarter of the pairs has reached its goal.
            if (left.shape[0] <= 0.75 * alive.shape[0])
            {
                ascent.Keep(left);
                (alive, rows, input) = (alive.index_select(0, left), rows.index_select(0, left), input.Select(left));
                membranes = [.. membranes.Select(layer => layer.Select(left, 1))];
            }
        }
    }

    // Bounds at the current slopes, and one step up; which pairs are still below their goal.
    private Tensor Evaluate(
        IPerturbedInput input, IReadOnlyList<Interval> membranes, Tensor rows, Ascent ascent, Tensor best, Tensor alive, bool last)
    {
        using var scope = NewDisposeScope();
        Tensor lower, sum;
        using (enable_grad())
        {
            lower = network.BoundRows(input, Query(membranes, rows, ascent.Slopes, null)).Lower;
            sum = lower.sum();
        }

        var reached = maximum(best.index_select(0, alive), Finite(lower.detach()).amax([1L]));
        best.index_copy_(0, alive, reached);
        var left = reached.le(tensor(options.Goal, reached.dtype, reached.device)).nonzero().flatten();
        if (!last && left.shape[0] > 0)
        {
            ascent.Step(sum);
        }

        return left.MoveToOuterDisposeScope();
    }

    private LinearQuery Query(IReadOnlyList<Interval> membranes, Tensor rows, IReadOnlyList<Tensor>? slopes, SlopeStart? start) => new()
    {
        Layer = membranes.Count,
        Rows = rows,
        Steps = network.Steps,
        Membranes = membranes,
        Slopes = slopes,
        Start = start,
        Trains = true,
    };
}
