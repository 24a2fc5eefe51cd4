using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>Every pixel moves within an interval of its own: what box certificates and box attacks take, however the box is stated.</summary>
public abstract record BoxPerturbation : Perturbation
{
    /// <summary>Whether the box is cut to the data's range [0, 1].</summary>
    public abstract bool Clamp { get; }

    /// <summary>The box around pixels, in their precision.</summary>
    /// <param name="pixels">The pixels, [B, ...].</param>
    /// <param name="indices">The samples' indices in their data set; null for 0..B-1.</param>
    /// <exception cref="ArgumentException">There is no box for such pixels or samples; a box that is cut holds none outside [0, 1].</exception>
    public abstract Interval Box(Tensor pixels, ReadOnlyMemory<long>? indices = null);

    /// <inheritdoc/>
    /// <remarks>Under Poisson encoding the ends of <see cref="Box"/> are moved outward by what they were rounded by: a noise value between
    /// the exact end and the rounded one must not count as settled, for no guard pays for a spike.</remarks>
    public override IPerturbedInput Apply(SpikingModule network, Tensor inputs, ReadOnlyMemory<long>? indices = null)
    {
        CheckEncoding(network);
        var box = Box(inputs, indices);
        return network.Description.Encoding == Encoding.Direct
            ? new BoxInput(box, hasTime: false)
            : new PoissonInput(box.Outward(), network.Noise(inputs, indices)) { Members = box };
    }

    /// <inheritdoc/>
    /// <remarks>The ends of <see cref="Box"/> as float32 arithmetic gives them, or those of the exact box rounded outward, whichever
    /// reach further.</remarks>
    public override IPerturbedInput Enclose(SpikingModule network, Tensor inputs, ReadOnlyMemory<long>? indices = null)
    {
        CheckEncoding(network);
        var pixels = inputs.to(ScalarType.Float32).to(ScalarType.Float64);
        var box = Cut(OuterBox.Of(pixels, Box(inputs.to(ScalarType.Float32), indices), Box(pixels, indices)));
        return network.Description.Encoding == Encoding.Direct
            ? new BoxInput(box, hasTime: false)
            : new PoissonInput(box, network.Noise(pixels, indices));
    }

    /// <inheritdoc/>
    internal override bool Holds(SpikingModule network, Tensor input, Tensor point, ReadOnlyMemory<long>? indices)
    {
        var (lower, upper) = Box(input, indices);
        return point.ge(lower).logical_and(point.le(upper)).all().item<bool>();
    }

    /// <summary>The box around pixels, which must lie in the range that it is cut to: else its lower ends would be above its upper ones.</summary>
    private protected Interval Checked(Tensor pixels, Interval box)
    {
        InputCheck.Pixels(pixels, inRange: Clamp);
        return Cut(box);
    }

    /// <summary>The box, cut to the data's range where that is asked for.</summary>
    private protected Interval Cut(Interval box) => Clamp ? new(box.Lower.AtLeast(0), box.Upper.AtMost(1)) : box;

    private static void CheckEncoding(SpikingModule network)
    {
        if (network.Description.Encoding == Encoding.Spikes)
        {
            throw new ArgumentException(
                $"{network.Description.Name} takes recorded spikes, so an epsilon does not fit it: state a number of flips instead.");
        }
    }
}
