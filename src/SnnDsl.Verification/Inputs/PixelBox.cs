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
        var (lower, upper) = (new T[pixels.Length], new T[pixels.Length]);
        for (int i = 0; i < pixels.Length; i++)
        {
            var interval = (Interval<T>)T.From(pixels[i]) + new Interval<T>(T.From(-epsilon), T.From(epsilon));
            (lower[i], upper[i]) = clamp
                ? (T.Max(interval.Lower, default), T.Min(interval.Upper, T.One))
                : (interval.Lower, interval.Upper);
        }

        return new(lower, upper, []);
    }

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
