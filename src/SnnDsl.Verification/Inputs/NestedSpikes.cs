using System.Collections.Immutable;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Inputs;

/// <summary>
/// Poisson spikes of pixels in a box, for one draw of noise: pixel i spikes at step t if it is above noise[t][i]. As a pixel grows it
/// passes the noise values of its steps one after the other, so its spike patterns are nested.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
internal sealed class NestedSpikes<T> : IInputSet<T>
    where T : struct, IReal<T>
{
    private readonly Box<T> pixels;
    private readonly double[][] noise;
    private readonly bool[][] certain;
    private readonly bool[][] possible;

    // Pixels that are above their lower end, rather than at least there.
    private readonly ImmutableHashSet<int> above;

    /// <summary>Creates the set.</summary>
    /// <param name="pixels">The pixels' box.</param>
    /// <param name="noise">By step and pixel.</param>
    public NestedSpikes(Box<T> pixels, double[][] noise)
        : this(pixels, noise, [])
    {
    }

    private NestedSpikes(Box<T> pixels, double[][] noise, ImmutableHashSet<int> above)
    {
        (this.pixels, this.noise, this.above) = (pixels, noise, above);
        certain = [.. noise.Select(step => step.Select((value, i) =>
            pixels.Lower[i] > T.From(value) || (above.Contains(i) && pixels.Lower[i] >= T.From(value))).ToArray())];
        possible = [.. noise.Select(step => step.Select((value, i) => pixels.Upper[i] > T.From(value)).ToArray())];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Box<T>> Currents(MapChain<T> maps, int t, bool float32) =>
        maps.Bound(new([.. certain[t].Select(Spike)], [.. possible[t].Select(Spike)], []), float32);

    /// <inheritdoc/>
    public T Least(IReadOnlyList<T[]> coefficients)
    {
        T least = default;
        List<(double Noise, T Coefficient)> open = [];
        for (int i = 0; i < noise[0].Length; i++)
        {
            open.Clear();
            for (int t = 0; t < coefficients.Count; t++)
            {
                if (certain[t][i])
                {
                    least = T.Sum(least, coefficients[t][i]).Lower;
                }
                else if (possible[t][i])
                {
                    open.Add((noise[t][i], coefficients[t][i]));
                }
            }

            if (open.Count > 0)
            {
                open.Sort((a, b) => a.Noise.CompareTo(b.Noise));
                T sum = default, lowest = default;
                foreach (var (_, coefficient) in open)
                {
                    sum = T.Sum(sum, coefficient).Lower;
                    lowest = T.Min(lowest, sum);
                }

                least = T.Sum(least, lowest).Lower;
            }
        }

        return least;
    }

    /// <inheritdoc/>
    public IInputSet<T>? Cut(int pixel, double value, bool above)
    {
        if (pixels.Cut(pixel, value, above) is not { } cut)
        {
            return null;
        }

        // More than the value: a lower end that was beyond it already stays as it was.
        bool moved = above && pixels.Lower[pixel] <= T.From(value);
        return moved && cut.Upper[pixel] <= T.From(value)
            ? null
            : new NestedSpikes<T>(cut, noise, moved ? this.above.Add(pixel) : this.above);
    }

    private static T Spike(bool there) => there ? T.One : default;
}
