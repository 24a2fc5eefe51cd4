using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Inputs;

/// <summary>An image whose pixels each lie in an interval, the same image at every step.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="Pixels">The intervals.</param>
internal sealed record PixelBox<T>(Box<T> Pixels) : IInputSet<T>
    where T : struct, IReal<T>
{
    /// <summary>[x - epsilon, x + epsilon] in real numbers, perhaps cut to [0, 1].</summary>
    /// <param name="pixels">x; in [0, 1] where the box is cut.</param>
    /// <param name="epsilon">Epsilon.</param>
    /// <param name="clamp">Whether the box is cut.</param>
    public static Box<T> Around(ReadOnlySpan<float> pixels, double epsilon, bool clamp)
    {
        var intervals = new Interval<T>[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            intervals[i] = (Interval<T>)T.From(pixels[i]) + new Interval<T>(T.From(-epsilon), T.From(epsilon));
        }

        return Of(intervals, clamp);
    }

    /// <summary>A box that a file states, perhaps cut to [0, 1].</summary>
    /// <param name="pixels">x.</param>
    /// <param name="box">The file.</param>
    /// <param name="index">The sample's index in its data set.</param>
    /// <param name="clamp">Whether the box is cut.</param>
    public static Box<T> Stated(ReadOnlySpan<float> pixels, StatedBox box, long index, bool clamp)
    {
        var intervals = new Interval<T>[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            var (centre, low, high) = box.Of(pixels, i, index);
            intervals[i] = (Interval<T>)T.From(centre) + new Interval<T>(T.From(low), T.From(high));
        }

        return Of(intervals, clamp);
    }

    private static Box<T> Of(Interval<T>[] intervals, bool clamp) => Box<T>.Of(clamp
        ? Array.ConvertAll(intervals, interval => new Interval<T>(T.Max(interval.Lower, default), T.Min(interval.Upper, T.One)))
        : intervals);

    /// <summary>One image.</summary>
    /// <param name="pixels">The image.</param>
    public static Box<T> Exactly(float[] pixels) => Box<T>.Exactly(Array.ConvertAll(pixels, pixel => T.From(pixel)));

    /// <inheritdoc/>
    public IReadOnlyList<Box<T>> Currents(IReadOnlyList<AffineMap<T>> maps, int t, bool float32) => maps.BoundAll(Pixels, float32);

    /// <inheritdoc/>
    public T Least(IReadOnlyList<T[]> coefficients)
    {
        T least = default;
        for (int i = 0; i < Pixels.Count; i++)
        {
            T a = coefficients[0][i];
            least = T.Sum(least, T.Product(a, a >= default(T) ? Pixels.Lower[i] : Pixels.Upper[i]).Lower).Lower;
        }

        return least;
    }

    /// <inheritdoc/>
    public IInputSet<T>? Cut(int pixel, double value, bool above) => Pixels.Cut(pixel, value, above) is { } cut ? new PixelBox<T>(cut) : null;
}
