using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// Arithmetic with numbers whose native half is held until the operation is over. An implicit conversion (<c>tensor * 0.5</c>) makes a
/// Scalar that the collector may finalise while native code still reads it: "Unknown scalar type" once in some ten thousand training
/// steps, or another number that has come to lie there. So does the sum of two tensors, whose second is multiplied by a 1. A test
/// (TemporaryScalarsTests) finds what leaves one.
/// </summary>
internal static class HeldScalars
{
    /// <summary>The only value of a tensor.</summary>
    public static double Real(this Tensor tensor)
    {
        using Scalar held = tensor.ToScalar();
        return held.ToDouble();
    }

    /// <summary>The only value of a tensor of whole numbers.</summary>
    public static long Whole(this Tensor tensor)
    {
        using Scalar held = tensor.ToScalar();
        return held.ToInt64();
    }

    /// <summary>tensor * factor.</summary>
    public static Tensor Times(this Tensor tensor, double factor)
    {
        using Scalar held = factor;
        return tensor.mul(held);
    }

    /// <summary>tensor *= factor.</summary>
    public static Tensor TimesInPlace(this Tensor tensor, double factor)
    {
        using Scalar held = factor;
        return tensor.mul_(held);
    }

    /// <summary>tensor * tensor; torch's own square makes a Scalar, too.</summary>
    public static Tensor Squared(this Tensor tensor) => tensor * tensor;

    /// <summary>tensor / divisor.</summary>
    public static Tensor Over(this Tensor tensor, double divisor)
    {
        using Scalar held = divisor;
        return tensor.div(held);
    }

    /// <summary>tensor + number; add with one Scalar makes another, the 1 that the number is multiplied by.</summary>
    public static Tensor Plus(this Tensor tensor, double number)
    {
        using Scalar held = number, one = 1;
        return tensor.add(held, one);
    }

    /// <summary>tensor + other: the operator leaves a Scalar, the 1 that the other is multiplied by, to the finaliser.</summary>
    public static Tensor Plus(this Tensor tensor, Tensor other)
    {
        using Scalar one = 1;
        return tensor.add(other, one);
    }

    /// <summary>tensor - other; see <see cref="Plus(Tensor, Tensor)"/>.</summary>
    public static Tensor Minus(this Tensor tensor, Tensor other)
    {
        using Scalar minusOne = -1;
        return tensor.add(other, minusOne);
    }

    /// <summary>number - tensor.</summary>
    public static Tensor TakenFrom(this Tensor tensor, double number) => tensor.neg().Plus(number);

    /// <summary>Where the tensor is above a number.</summary>
    public static Tensor IsAbove(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.gt(held);
    }

    /// <summary>Where the tensor is below a number.</summary>
    public static Tensor IsBelow(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.lt(held);
    }

    /// <summary>Where the tensor is at least a number.</summary>
    public static Tensor IsAtLeast(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.ge(held);
    }

    /// <summary>Where the tensor is at most a number.</summary>
    public static Tensor IsAtMost(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.le(held);
    }

    /// <summary>Where the tensor is a number.</summary>
    public static Tensor Is(this Tensor tensor, long number)
    {
        using Scalar held = number;
        return tensor.eq(held);
    }

    /// <summary>Where the tensor is another number.</summary>
    public static Tensor IsNot(this Tensor tensor, long number)
    {
        using Scalar held = number;
        return tensor.ne(held);
    }

    /// <summary>0, 1, ..., count - 1, int64.</summary>
    public static Tensor CountTo(long count, Device device) => Count(0, count, 1, ScalarType.Int64, device);

    /// <summary>From one number to another, which is not reached, by steps.</summary>
    public static Tensor Count(long from, long end, long step, ScalarType type, Device device)
    {
        using Scalar first = from, last = end, each = step;
        return arange(first, last, each, type, device);
    }

    /// <summary>A number everywhere.</summary>
    public static Tensor Full(long[] shape, double number, ScalarType type, Device? device = null)
    {
        using Scalar held = number;
        return full(shape, held, type, device);
    }

    /// <summary>A number everywhere, shaped as another tensor.</summary>
    /// <param name="like">The tensor.</param>
    /// <param name="number">The number.</param>
    /// <param name="type">Of which type; null for its own.</param>
    public static Tensor Filled(this Tensor like, double number, ScalarType? type = null)
    {
        using Scalar held = number;
        return full_like(like, held, type);
    }

    /// <summary>The larger of tensor and number, element by element.</summary>
    public static Tensor AtLeast(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.clamp(min: held);
    }

    /// <summary>The smaller of tensor and number, element by element.</summary>
    public static Tensor AtMost(this Tensor tensor, double number)
    {
        using Scalar held = number;
        return tensor.clamp(max: held);
    }
}
