using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Encoders;
using SnnDsl.Evaluation.Records;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>Every pixel moves within an interval of its own: what box certificates and box attacks take, however the box is stated.</summary>
public abstract record BoxPerturbation : Perturbation
{
    /// <summary>Whether the box is cut to the data's range [0, 1].</summary>
    public abstract bool Clamp { get; }

    /// <inheritdoc/>
    internal override bool IsCut => Clamp;

    /// <inheritdoc/>
    /// <remarks>Under Poisson encoding float32 ends are moved outward, for no guard pays for a spike.</remarks>
    public override string BoxIn(Precision precision, Encoding encoding) =>
        (precision, encoding) is (Precision.Float32, Encoding.Direct) ? RecordedBox.Float32 : RecordedBox.Enclosing;

    /// <summary>The box around pixels, in their precision.</summary>
    /// <param name="pixels">The pixels, [B, ...].</param>
    /// <param name="indices">The samples' indices in their data set; null for 0..B-1.</param>
    /// <exception cref="ArgumentException">There is no box for such pixels or samples; a box that is cut holds none outside [0, 1].</exception>
    public abstract Interval Box(Tensor pixels, ReadOnlyMemory<long>? indices = null);

    /// <inheritdoc/>
    /// <remarks>Under Poisson encoding the ends of <see cref="Box"/> are moved outward by what they were rounded by: a noise value between
    /// the exact end and the rounded one must not count as settled, for no guard pays for a spike.</remarks>
    public override IPerturbedInput Apply(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices = null)
    {
        CheckEncoding(network);
        return Inside(network, Box(inputs, indices), inputs, indices);
    }

    /// <summary>The inputs of a network whose pixels lie in a box.</summary>
    internal static IPerturbedInput Inside(NetworkInput network, Interval box, Tensor inputs, ReadOnlyMemory<long>? indices) => network.Encoding == Encoding.Direct
        ? new BoxInput(box, hasTime: false)
        : new PoissonInput(box.Outward(), network.Noise(inputs, indices)) { Members = box };

    /// <inheritdoc/>
    /// <remarks>The ends of <see cref="Box"/> as float32 arithmetic gives them, or those of the exact box rounded outward, whichever
    /// reach further.</remarks>
    public override IPerturbedInput Enclose(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices = null)
    {
        CheckEncoding(network);
        var pixels = inputs.to(ScalarType.Float32).to(ScalarType.Float64);
        var box = Cut(OuterBox.Of(pixels, Box(inputs.to(ScalarType.Float32), indices), Box(pixels, indices)));
        return network.Encoding == Encoding.Direct
            ? new BoxInput(box, hasTime: false)
            : new PoissonInput(box, network.Noise(pixels, indices));
    }

    /// <inheritdoc/>
    /// <remarks>A box in float64 has other ends than the one that the float32 network and its attackers know: the larger one holds both.</remarks>
    internal override IPerturbedInput InFloat64(NetworkInput network, Tensor inputs, ReadOnlyMemory<long>? indices) => Enclose(network, inputs, indices);

    /// <inheritdoc/>
    internal override bool Holds(NetworkInput network, Tensor input, Tensor point, ReadOnlyMemory<long>? indices)
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

    private static void CheckEncoding(NetworkInput network)
    {
        if (network.Encoding == Encoding.Spikes)
        {
            throw new ArgumentException(
                $"{network.Name} takes recorded spikes, so an epsilon does not fit it: state a number of flips instead.");
        }
    }
}
