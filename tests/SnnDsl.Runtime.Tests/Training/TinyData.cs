using SnnDsl.Data;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Training;

/// <summary>Small data sets, each a function of its seed.</summary>
internal static class TinyData
{
    /// <summary>
    /// Images of <paramref name="size"/> x size pixels, a bright block for each class in a place of its own, plus noise: easy, and with
    /// room for a certificate.
    /// </summary>
    public static Dataset Images(int count, int size = 6, int classes = 3, int seed = 1, double noise = 0.25)
    {
        var random = new Random(seed);
        var labels = new long[count];
        var pixels = new byte[count * size * size];
        for (int sample = 0; sample < count; sample++)
        {
            labels[sample] = random.Next(classes);
            for (int i = 0; i < size * size; i++)
            {
                bool bright = i * classes / (size * size) == labels[sample];
                pixels[sample * size * size + i] = (byte)(255 * Math.Clamp((bright ? 0.8 : 0.2) + noise * (2 * random.NextDouble() - 1), 0, 1));
            }
        }

        return new("tiny-images", "train", "a test", isEmbedded: true, classes, new PixelStore([1, size, size], pixels), labels,
            [.. Enumerable.Range(0, count).Select(i => (long)i)]);
    }

    /// <summary>Random event frames [T, B, 2, size, size].</summary>
    public static Tensor Events(int steps, int count, int size, double share, int seed)
    {
        using var generator = new Generator((ulong)seed, device: CPU);
        return (rand([steps, count, 2, size, size], ScalarType.Float64, generator: generator) < share).to(ScalarType.Float64);
    }
}
