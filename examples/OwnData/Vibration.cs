using SnnDsl.Data;
using static TorchSharp.torch;

namespace OwnData;

/// <summary>
/// How a machine shakes: the strength of its vibration in 64 bands of frequency, scaled to [0, 1]. Class 0 runs smoothly, class 1 has a
/// loose foot (one slow, strong band), class 2 a worn bearing (many fast ones). Made from a seed, so that every run, and every check of a
/// certificate, sees the same.
/// </summary>
internal static class Vibration
{
    private const int Bands = 64;

    // Where each class shakes, how wide, how strong.
    private static readonly (double Centre, double Width, double Strength)[] Classes = [(0, 1, 0), (8, 2, 0.8), (44, 8, 0.6)];

    /// <summary>600 spectra to train on, or 150 to test on: tensors in, a data set out.</summary>
    public static Dataset Load(string split)
    {
        var random = new Random(split == "train" ? 1 : 2);
        int count = split == "train" ? 600 : 150;
        var values = new float[count * Bands];
        var labels = new long[count];
        for (int i = 0; i < count; i++)
        {
            labels[i] = i % Classes.Length;
            var (centre, width, strength) = Classes[labels[i]];
            double shift = 4 * (random.NextDouble() - 0.5), loudness = 0.7 + (0.3 * random.NextDouble());
            for (int band = 0; band < Bands; band++)
            {
                double distance = (band - centre - shift) / width, noise = 0.15 * random.NextDouble();
                values[(i * Bands) + band] = (float)Math.Clamp((loudness * strength * Math.Exp(-distance * distance)) + noise, 0, 1);
            }
        }
        using Tensor inputs = tensor(values, [count, Bands]), classes = tensor(labels);
        return Dataset.FromTensors(inputs, classes, "vibration", split);
    }
}
