using System.Runtime.InteropServices;

namespace SnnDsl.Benchmarks.Kernels;

/// <summary>Arrays of numbers for kernels to work on, the same in every run.</summary>
internal static class Buffers
{
    /// <summary>Uniform in [from, to).</summary>
    public static float[] Uniform(int seed, long count, float from, float to)
    {
        var random = new Random(seed);
        var values = new float[count];
        for (int i = 0; i < values.Length; i++)
            values[i] = from + (to - from) * random.NextSingle();

        return values;
    }

    /// <summary>Bounds of membranes of which a share holds the threshold; half of the others fire for certain.</summary>
    public static (float[] Lower, float[] Upper) Bounds(int seed, long count, float threshold, double unstable)
    {
        var random = new Random(seed);
        var (lower, upper) = (new float[count], new float[count]);
        for (int i = 0; i < lower.Length; i++)
        {
            float middle = random.NextDouble() < unstable ? threshold : threshold + (random.Next(2) == 0 ? -0.5f : 0.5f);
            (lower[i], upper[i]) = (middle - 0.1f - 0.1f * random.NextSingle(), middle + 0.1f + 0.1f * random.NextSingle());
        }

        return (lower, upper);
    }

    /// <summary>The first element, as kernels take it.</summary>
    public static ref float First(this float[] buffer) => ref MemoryMarshal.GetArrayDataReference(buffer);
}
