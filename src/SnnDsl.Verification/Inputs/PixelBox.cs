using SnnDsl.Evaluation.Records;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Inputs;

/// <summary>An image whose pixels each lie in an interval, the same image at every step.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="Pixels">The intervals.</param>
internal sealed record PixelBox<T>(Box<T> Pixels) : IInputSet<T>
    where T : struct, IReal<T>
{
    /// <summary>x +- epsilon, perhaps cut to [0, 1].</summary>
    /// <param name="pixels">x.</param>
    /// <param name="epsilon">Epsilon.</param>
    /// <param name="clamp">Whether the box is cut.</param>
    /// <param name="box">Which numbers it holds, one of <see cref="RecordedBox.All"/>.</param>
    /// <exception cref="FormatException">It holds none.</exception>
    public static Box<T> Around(float[] pixels, double epsilon, bool clamp, string box) =>
        Of(pixels, i => (pixels[i], -epsilon, epsilon), clamp, box);

    /// <summary>A box that a file states, perhaps cut to [0, 1].</summary>
    /// <param name="pixels">x.</param>
    /// <param name="stated">The file.</param>
    /// <param name="index">The sample's index in its data set.</param>
    /// <param name="clamp">Whether the box is cut.</param>
    /// <param name="box">Which numbers it holds, one of <see cref="RecordedBox.All"/>.</param>
    /// <exception cref="FormatException">It holds none.</exception>
    public static Box<T> Stated(float[] pixels, StatedBox stated, long index, bool clamp, string box) =>
        Of(pixels, i => stated.Of(pixels, i, index), clamp, box);

    private static Box<T> Of(float[] pixels, Func<int, (double Centre, double Low, double High)> ends, bool clamp, string box)
    {
        var intervals = new Interval<T>[pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            var (centre, low, high) = ends(i);
            var exact = (Interval<T>)T.From(centre) + new Interval<T>(T.From(low), T.From(high));
            var interval = box == RecordedBox.Exact ? exact : Single(centre, low, high);
            interval = box == RecordedBox.Enclosing ? interval.Join(exact) : interval;
            interval = clamp ? new(T.Max(interval.Lower, default), T.Min(interval.Upper, T.One)) : interval;
            intervals[i] = interval.Lower <= interval.Upper
                ? interval
                : throw new FormatException(FormattableString.Invariant($"Pixel {i} is {pixels[i]}, and no number of its box is left when that is cut to [0, 1]."));
        }

        return Box<T>.Of(intervals);
    }

    // As the network's inputs are computed: both numbers are rounded to float32, and so is their sum.
    private static Interval<T> Single(double centre, double low, double high)
    {
        float lower = (float)centre + (float)low, upper = (float)centre + (float)high;
        return float.IsFinite(lower) && float.IsFinite(upper)
            ? new(T.From(lower), T.From(upper))
            : throw new FormatException(FormattableString.Invariant($"The box [{centre + low}, {centre + high}] is beyond the numbers that float32 holds."));
    }

    /// <summary>One image.</summary>
    /// <param name="pixels">The image.</param>
    public static Box<T> Exactly(float[] pixels) => Box<T>.Exactly(Array.ConvertAll(pixels, pixel => T.From(pixel)));

    /// <inheritdoc/>
    public IReadOnlyList<Box<T>> Currents(MapChain<T> maps, int t, bool float32) => maps.Bound(Pixels, float32);

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
