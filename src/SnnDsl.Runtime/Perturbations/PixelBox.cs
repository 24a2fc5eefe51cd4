using SnnDsl.Bounds;
using SnnDsl.Data;
using SnnDsl.Evaluation.Records;
using SnnDsl.Kernels;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>
/// A box whose size differs from pixel to pixel: an epsilon for each, or lower and upper ends; the same for all samples, or of each
/// sample its own, by its index in the data set. Cut to the data's range [0, 1] unless told otherwise.
/// </summary>
public sealed record PixelBox : BoxPerturbation
{
    private readonly Tensor lower;
    private readonly Tensor upper;
    private readonly bool isAround;

    private PixelBox(Tensor lower, Tensor upper, bool isAround, bool clamp, IEnumerable<(string Name, Tensor Tensor)> stated)
    {
        (this.lower, this.upper, this.isAround, Clamp) = (Kept(lower), Kept(upper), isAround, clamp);
        Sha256 = SafeTensors.WeightsHash(stated);
    }

    /// <inheritdoc/>
    public override bool Clamp { get; }

    /// <summary>The hash of the numbers that state the box, which reports name it by (<see cref="SafeTensors.WeightsHash"/>).</summary>
    public string Sha256 { get; }

    /// <inheritdoc/>
    public override string Norm => "box";

    /// <inheritdoc/>
    public override RecordedPerturbation Record(string? box = null) => new() { Norm = Norm, BoxSha256 = Sha256, Clamp = Clamp, Box = box };

    /// <summary>The box [x - eps, x + eps] with an epsilon for each pixel.</summary>
    /// <param name="epsilon">At least 0; the shape of one input, or [N, ...] for each of N samples its own.</param>
    /// <param name="clamp">Whether the box is cut to [0, 1].</param>
    /// <exception cref="ArgumentException">An epsilon is negative or no number.</exception>
    public static PixelBox Around(Tensor epsilon, bool clamp = true)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        epsilon = Numbers(epsilon);
        Count(epsilon.IsBelow(0).logical_or(epsilon.isfinite().logical_not()), "of its epsilons are negative or no finite number, but pixels move by at least 0");
        return new(epsilon.neg(), epsilon, isAround: true, clamp, [("epsilon", epsilon)]);
    }

    /// <summary>The box [lower, upper]; every sample that it is applied to must lie in it.</summary>
    /// <param name="lower">The lower ends; the shape of one input, or [N, ...] for each of N samples its own.</param>
    /// <param name="upper">The upper ends, of the same shape.</param>
    /// <param name="clamp">Whether the box is cut to [0, 1].</param>
    /// <exception cref="ArgumentException">The shapes differ, or an end is no number or an upper one below its lower one.</exception>
    public static PixelBox Between(Tensor lower, Tensor upper, bool clamp = true)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        (lower, upper) = (Numbers(lower), Numbers(upper));
        if (!lower.shape.SequenceEqual(upper.shape))
        {
            throw new ArgumentException($"The box's lower ends are {Shape(lower.shape)}, but its upper ends {Shape(upper.shape)}: give both the same shape.");
        }

        Count(lower.isfinite().logical_and(upper.isfinite()).logical_not(), "of its ends are no finite numbers");
        Count(lower.gt(upper), "of its lower ends are above their upper ones");
        return new(lower, upper, isAround: false, clamp, [("lower", lower), ("upper", upper)]);
    }

    /// <summary>Reads a box: a safetensors file that holds <c>epsilon</c>, or <c>lower</c> and <c>upper</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="clamp">Whether the box is cut to [0, 1].</param>
    /// <exception cref="DataFileException">The file is absent or broken, or states no box.</exception>
    public static PixelBox Load(string path, bool clamp = true)
    {
        using var file = SafeTensors.Read(path);
        var tensors = file.Tensors;
        try
        {
            return (tensors.GetValueOrDefault("epsilon"), tensors.GetValueOrDefault("lower"), tensors.GetValueOrDefault("upper")) switch
            {
                ({ } epsilon, null, null) => Around(epsilon, clamp),
                (null, { } lower, { } upper) => Between(lower, upper, clamp),
                _ => throw new ArgumentException($"It holds {string.Join(", ", tensors.Keys)}: a box is stated by epsilon alone, or by lower and upper."),
            };
        }
        catch (ArgumentException error)
        {
            throw new DataFileException($"'{path}' states no box: {error.Message}", error);
        }
    }

    /// <summary>Whether the numbers are stated for inputs of a shape, or for N of them.</summary>
    /// <param name="input">The shape of one input.</param>
    public bool Fits(IEnumerable<long> input) => lower.shape.SequenceEqual(input) || (lower.dim() > 0 && lower.shape[1..].SequenceEqual(input));

    /// <summary>The shape that the numbers are stated in: "28x28".</summary>
    public string Describe() => Shape(lower.shape);

    /// <inheritdoc/>
    public override Interval Box(Tensor pixels, ReadOnlyMemory<long>? indices = null)
    {
        var (low, high) = (Of(lower, pixels, indices), Of(upper, pixels, indices));
        if (isAround)
        {
            return Checked(pixels, new(pixels.Plus(low), pixels.Plus(high)));
        }

        var box = Checked(pixels, new(low.expand_as(pixels), high.expand_as(pixels)));
        using var scope = NewDisposeScope();
        var outside = pixels.lt(box.Lower).logical_or(pixels.gt(box.Upper)).flatten(1).any(1);
        if (outside.any().item<bool>())
        {
            long first = outside.nonzero()[0, 0].item<long>();
            throw new ArgumentException(
                $"The sample with index {Index(first, indices)} does not lie in its own box: give lower ends at most its pixels and upper ends at least them.");
        }

        return box;
    }

    /// <inheritdoc/>
    public bool Equals(PixelBox? other) => other is not null && (Sha256, Clamp) == (other.Sha256, other.Clamp);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Sha256, Clamp);

    // The numbers for a batch: one line for all samples, or each sample's own.
    private static Tensor Of(Tensor stated, Tensor pixels, ReadOnlyMemory<long>? indices)
    {
        long[] shape = pixels.shape[1..];
        var own = stated;
        if (stated.dim() == pixels.dim() && stated.shape[1..].SequenceEqual(shape))
        {
            long[] rows = [.. Enumerable.Range(0, (int)pixels.shape[0]).Select(b => Index(b, indices))];
            long beyond = rows.FirstOrDefault(row => row >= stated.shape[0], -1);
            own = beyond < 0
                ? stated.index_select(0, tensor(rows, device: stated.device))
                : throw new ArgumentException($"The box is stated for {stated.shape[0]} samples, but there is one with index {beyond}: give as many as the data set has.");
        }
        else if (!stated.shape.SequenceEqual(shape))
        {
            throw new ArgumentException(
                $"The box is {Shape(stated.shape)}, but inputs are {Shape(shape)}: give it their shape, or N x {Shape(shape)} for each of N samples its own.");
        }

        return own.to(pixels.dtype).to(pixels.device);
    }

    private static long Index(long position, ReadOnlyMemory<long>? indices) => indices is { } named ? named.Span[(int)position] : position;

    private static string Shape(long[] shape) => string.Join('x', shape);

    private static void Count(Tensor wrong, string what)
    {
        long count = wrong.sum().item<long>();
        if (count > 0)
        {
            throw new ArgumentException(count == 1 ? $"1 {what}." : $"{count} {what}.");
        }
    }

    private static Tensor Numbers(Tensor stated) => stated.is_floating_point() ? stated : stated.to(ScalarType.Float64);

    private static Tensor Kept(Tensor numbers) => numbers.detach().clone().DetachFromDisposeScope();
}
