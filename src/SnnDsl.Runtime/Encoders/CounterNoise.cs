using static TorchSharp.torch;

namespace SnnDsl.Encoders;

/// <summary>
/// Uniform noise as a function of (seed, sample index, step, element): the same in any batch, in any order and on any device, so that a
/// certificate can name its draw.
/// </summary>
public static class CounterNoise
{
    /// <summary>Draws noise in [0, 1), in multiples of 2^-24.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="indices">The samples' indices in their data set; null for 0..B-1.</param>
    /// <param name="samples">B.</param>
    /// <param name="steps">T.</param>
    /// <param name="shape">The shape of one sample.</param>
    /// <returns>[T, B, shape], float32 on the CPU.</returns>
    /// <exception cref="ArgumentException">There are not as many indices as samples.</exception>
    public static Tensor Uniform(long seed, ReadOnlyMemory<long>? indices, long samples, int steps, long[] shape)
    {
        if (indices is { } given && given.Length != samples)
        {
            throw new ArgumentException($"{given.Length} sample indices were given for a batch of {samples}.", nameof(indices));
        }

        long elements = shape.Aggregate(1L, (a, b) => a * b);
        var values = new float[steps * samples * elements];
        Parallel.For(0, steps * samples, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, get_num_threads()) }, row =>
        {
            var (step, sample) = (row / samples, row % samples);
            long index = indices is { } named ? named.Span[(int)sample] : sample;
            ulong key = unchecked(Mix(Mix((ulong)seed + 0x9E3779B97F4A7C15UL) ^ (ulong)index) + (ulong)step * 0xD1B54A32D192ED03UL);
            key = Mix(key);
            var line = values.AsSpan((int)(row * elements), (int)elements);
            for (int i = 0; i < line.Length; i++)
            {
                line[i] = (Mix(unchecked(key + (ulong)i * 0x9E3779B97F4A7C15UL)) >> 40) * (1f / (1 << 24));
            }
        });
        return tensor(values, [steps, samples, .. shape]);
    }

    // The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the counter reaches every bit of the result.
    private static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            return z ^ (z >> 31);
        }
    }
}
