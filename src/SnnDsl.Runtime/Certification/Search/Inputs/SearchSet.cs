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
        _ => new OpaqueSet(input, sample, steps),
    };

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

    /// <summary>A sample's values.</summary>
    protected static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return [.. tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>()];
    }
}
