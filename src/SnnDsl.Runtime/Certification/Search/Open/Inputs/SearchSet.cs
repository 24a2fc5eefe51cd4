using SnnDsl.Bounds;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search.Inputs;

/// <summary>
/// A set of inputs of one sample that a search cuts into parts; immutable. Values are [S, entries]: S = 1 where the input is the same at
/// all steps.
/// </summary>
/// <param name="steps">S.</param>
/// <param name="entries">How many values one step has.</param>
internal abstract class SearchSet(int steps, int entries)
{
    /// <summary>S: T, or 1 where the input is the same at all steps.</summary>
    public int Steps => steps;

    /// <summary>How many values one step has.</summary>
    public int Entries => entries;

    /// <summary>The set of a batch of one.</summary>
    /// <param name="input">The set.</param>
    /// <param name="sample">The unperturbed sample, as the network takes it.</param>
    /// <param name="steps">T.</param>
    /// <param name="members">The set in the network's own precision, which points are taken from; null for the same.</param>
    public static SearchSet Of(IPerturbedInput input, Tensor sample, int steps, IPerturbedInput? members = null) => input switch
    {
        BoxInput { HasTime: false } box => PixelSet.Create(box.Box, ((BoxInput)(members ?? input)).Box),
        PoissonInput poisson => NestedSet.Create(poisson, (PoissonInput)(members ?? input), sample),
        FlippedInput flips => FlipSet.Create(flips, sample, steps),
        RetimedInput retimed => RetimedSet.Create(retimed, sample, steps),
        _ => new OpaqueSet(input, sample.to(ScalarType.Float64).DetachFromDisposeScope(), steps),
    };

    /// <summary>A box of any precision in float64, its ends moved outward by what they were rounded by; null for sets that are no boxes.</summary>
    /// <param name="input">The set.</param>
    public static IPerturbedInput? Widen(IPerturbedInput input)
    {
        return input switch
        {
            BoxInput box => new BoxInput(Wide(box.Box.Outward()), box.HasTime),
            // Whose ends were moved already.
            PoissonInput poisson => new PoissonInput(Wide(poisson.Pixels), poisson.Noise.to(ScalarType.Float64)),
            _ => null,
        };

        static Interval Wide(Interval box) => new(box.Lower.to(ScalarType.Float64), box.Upper.to(ScalarType.Float64));
    }

    /// <summary>Bounds of W x + b at every step of the set.</summary>
    /// <param name="layer">The first layer.</param>
    /// <param name="lower">[S, rows].</param>
    /// <param name="upper">[S, rows].</param>
    public abstract void Currents(OpenLayer layer, double[] lower, double[] upper);

    /// <summary>The least value of a . x, and where.</summary>
    /// <param name="a">[S, entries].</param>
    /// <param name="x">Is given the place, [S, entries], within the set's convex hull at least.</param>
    public abstract double Least(double[] a, double[] x);

    /// <summary>The network's input that stands for values, a new tensor; null where they are none of the set.</summary>
    /// <param name="x">[S, entries].</param>
    public abstract Tensor? Point(double[] x);

    /// <summary>One side of a split.</summary>
    /// <param name="split">A split of pixels or entries.</param>
    /// <param name="second">The second side (above, flipped) or the first (below, kept).</param>
    /// <returns>Null where that side is empty.</returns>
    public abstract SearchSet? Cut(Split split, bool second);

    /// <summary>The split that promises most for a form; null where nothing is left to split.</summary>
    /// <param name="a">The form, [S, entries].</param>
    public abstract Split? Promising(double[] a);

    /// <summary>Bounds of W x + b at a step where at most so many entries of x change.</summary>
    /// <param name="layer">The first layer.</param>
    /// <param name="t">The step.</param>
    /// <param name="values">x, [S, entries].</param>
    /// <param name="changes">What a change adds, 0 where there is none, [S, entries].</param>
    /// <param name="most">How many entries change.</param>
    /// <param name="low">[S, rows].</param>
    /// <param name="high">[S, rows].</param>
    protected void BoundChanges(OpenLayer layer, int t, double[] values, double[] changes, int most, double[] low, double[] high)
    {
        double[] row = new double[Entries];
        int at = t * Entries, open = changes.AsSpan(at, Entries).Length - changes.AsSpan(at, Entries).Count(0.0);
        // The largest of each sign, kept in order.
        double[] down = new double[Math.Min(most, open)], up = new double[down.Length];
        var centre = low.AsSpan(t * layer.Count, layer.Count);
        layer.Base.AsSpan(t * layer.Count, layer.Count).CopyTo(centre);
        layer.Weights.Apply(values.AsSpan(at, Entries), centre);
        for (int n = 0; n < layer.Count; n++)
        {
            layer.Weights.Row(n, row);
            Array.Clear(down);
            Array.Clear(up);
            for (int i = 0; i < Entries; i++)
            {
                double change = row[i] * changes[at + i];
                Insert(change > 0 ? up : down, Math.Abs(change));
            }

            high[(t * layer.Count) + n] = centre[n] + up.Sum() + layer.Slack[n];
            centre[n] -= down.Sum() + layer.Slack[n];
        }
    }

    /// <summary>The network's input that a recording of its first S steps stands for: frames after them stay as they are.</summary>
    /// <param name="point">[S, entries].</param>
    /// <param name="sample">The unperturbed sample.</param>
    /// <param name="steps">S.</param>
    protected static Tensor Recording(double[] point, Tensor sample, int steps)
    {
        using var scope = NewDisposeScope();
        var used = tensor(point).to(sample.dtype).view([steps, .. sample.shape[1..]]).to(sample.device);
        return (sample.shape[0] == steps ? used : cat([used, sample.narrow(0, steps, sample.shape[0] - steps)], 0)).MoveToOuterDisposeScope();
    }

    private static void Insert(double[] largest, double value)
    {
        if (largest.Length == 0 || value <= largest[^1])
        {
            return;
        }

        int at = largest.Length - 1;
        while (at > 0 && largest[at - 1] < value)
        {
            largest[at] = largest[--at];
        }

        largest[at] = value;
    }

    /// <summary>A sample's values.</summary>
    protected static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return [.. tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>()];
    }
}
