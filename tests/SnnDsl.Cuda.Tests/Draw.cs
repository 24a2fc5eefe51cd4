using static TorchSharp.torch;

namespace SnnDsl.Cuda.Tests;

/// <summary>Random inputs of kernels, with the edges that random numbers miss: the threshold hit exactly, and its neighbours.</summary>
internal sealed class Draw(int seed, float threshold)
{
    private readonly Random random = new(seed);

    /// <summary>Weights that two runs draw alike.</summary>
    public Draw Again() => new(seed + 1000, threshold);

    /// <summary>Currents that make neurons fire now and then; an eighth of them are the threshold, or next to it.</summary>
    public Tensor Currents(params long[] shape) => Filled(shape, () => random.Next(24) switch
    {
        0 => threshold,
        1 => MathF.BitIncrement(threshold),
        2 => MathF.BitDecrement(threshold),
        _ => threshold * (float)(3 * random.NextDouble() - 1),
    });

    /// <summary>Lower bounds of membranes, likewise.</summary>
    public Tensor Bounds(params long[] shape) => Filled(shape, () => random.Next(12) switch
    {
        0 => threshold,
        1 => MathF.BitIncrement(threshold),
        2 => MathF.BitDecrement(threshold),
        _ => threshold + (float)(1.4 * random.NextDouble() - 1),
    });

    /// <summary>Widths of intervals, from one float to wide.</summary>
    public Tensor Widths(params long[] shape) => Filled(shape, () => random.Next(6) switch
    {
        0 => 1e-7f,
        1 => 1e-4f * (float)random.NextDouble(),
        _ => (float)random.NextDouble(),
    });

    /// <summary>Coefficients of both signs; some are 0.</summary>
    public Tensor Coefficients(params long[] shape) => Filled(shape, () => random.Next(8) == 0 ? 0 : (float)(2 * random.NextDouble() - 1));

    private static Tensor Filled(long[] shape, Func<float> next)
    {
        float[] values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = next();
        }

        return tensor(values, shape);
    }
}
