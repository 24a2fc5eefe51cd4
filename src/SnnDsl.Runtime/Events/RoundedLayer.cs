using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>
/// Bounds of the currents of a spiking layer in float32, and all that is needed to say what rounding costs there: in the runs of the network
/// that they bound, and in the sums that the bounds themselves are. Tensors are laid out as <see cref="EventLayout"/> has them:
/// [B, T, places..., channels], or without T where the current is the same at every step.
/// </summary>
/// <param name="Kernel">The neurons.</param>
/// <param name="Steps">T.</param>
/// <param name="IsConstant">Whether the current is the same at every step.</param>
/// <param name="Lower">Lower ends of W x + b, as float32 sums give them.</param>
/// <param name="Upper">Upper ends.</param>
/// <param name="Magnitude">|W| |x| + |b| at its largest, as float32 sums give it: of each step, or one for all steps, [B, places..., channels].</param>
/// <param name="Terms">How many of a sum's terms can be other than 0, for each sample, or for each sample and step: [B] or [B, T].</param>
/// <param name="Values">How many inputs and outputs the map before has together.</param>
internal sealed unsafe record RoundedLayer(
    NeuronKernel Kernel, int Steps, bool IsConstant, Tensor Lower, Tensor Upper, Tensor Magnitude, int[] Terms, long Values)
{
    /// <summary>B.</summary>
    public long Samples { get; } = Lower.size(0);

    /// <summary>How many neurons a sample has.</summary>
    public int Neurons { get; } = (int)Lower.Sizes()[(IsConstant ? 1 : 2)..].Aggregate(1L, (product, size) => product * size);

    /// <summary>How many neurons a place has.</summary>
    public int Channels { get; } = (int)Lower.size(-1);

    /// <summary>The currents of a sample.</summary>
    public long Size => IsConstant ? Neurons : (long)Steps * Neurons;

    /// <summary>From step to step of the magnitudes: 0 where one is for all steps.</summary>
    public int MagnitudeStride => Magnitude.dim() < Lower.dim() || IsConstant ? 0 : Neurons;

    /// <summary>A sample's magnitudes.</summary>
    /// <param name="sample">The sample.</param>
    public float* Magnitudes(long sample) =>
        (float*)TensorMemory.Address(Magnitude) + (sample * (MagnitudeStride == 0 ? Neurons : (long)Steps * Neurons));

    /// <summary>The most terms of a sum that the bounds are derived for.</summary>
    public const int MostTerms = 1 << 19;

    /// <summary>The layer in some samples, in a given order.</summary>
    /// <param name="samples">Positions in the batch, int64 [B'].</param>
    public RoundedLayer Select(Tensor samples)
    {
        int each = IsConstant || Terms.Length == Samples ? 1 : Steps;
        return new(
            Kernel, Steps, IsConstant, Lower.index_select(0, samples), Upper.index_select(0, samples), Magnitude.index_select(0, samples),
            [.. samples.data<long>().SelectMany(sample => Terms[(int)(sample * each)..(int)((sample + 1) * each)])], Values);
    }

    /// <summary>Terms of the sums at a step.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="t">The step.</param>
    public int TermsAt(long sample, int t) => Terms[(int)(Terms.Length == Samples ? sample : (sample * Steps) + t)];

    /// <summary>
    /// Bounds of a sample's float32 membranes: the float32 recursion of both ends, moved outward by what a run of the network may lose and
    /// by what this recursion may.
    /// </summary>
    /// <param name="sample">The sample.</param>
    /// <param name="l">[T, N], written.</param>
    /// <param name="u">[T, N], written.</param>
    public void Bound(long sample, float* l, float* u)
    {
        float* costs = stackalloc float[2 * Steps];
        for (int t = 0; t < Steps; t++)
        {
            int terms = TermsAt(sample, t);
            var cost = RoundingCost.OfIntervals(terms, Values, Steps);
            (costs[t], costs[Steps + t]) = (RoundingCost.Up(cost.Share), RoundingCost.Up(cost.Least));
        }

        long at = sample * Size;
        RoundedKernel.Bound(
            Kernel.Parameters, Steps, (float*)TensorMemory.Address(Lower) + at, (float*)TensorMemory.Address(Upper) + at,
            IsConstant ? 0 : Neurons, Magnitudes(sample), MagnitudeStride, costs, costs + Steps, l, u, Neurons);
    }
}
