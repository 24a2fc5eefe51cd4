using System.Diagnostics;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Measuring;

/// <summary>What this machine can do at best, measured in this process with its threads.</summary>
/// <param name="FlopsPerSecond">Of a large float32 matrix product.</param>
/// <param name="BytesPerSecond">Read and written, of a copy that no cache holds.</param>
internal sealed record Peaks(double FlopsPerSecond, double BytesPerSecond)
{
    /// <summary>Measures both; the best of several runs.</summary>
    public static Peaks Measure()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        const long side = 2048;
        const long count = 48L << 20;
        var (a, b, product) = (rand(side, side), rand(side, side), empty(side, side));
        var (source, target) = (rand(count), zeros(count));
        return new(
            2.0 * side * side * side / Best(() => Multiply(a, b, product)),
            2.0 * sizeof(float) * count / Best(() => target.copy_(source)));
    }

    private static double Best(Action action)
    {
        action();
        return Enumerable.Range(0, 7).Min(_ =>
        {
            long start = Stopwatch.GetTimestamp();
            action();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        });
    }

    private static void Multiply(Tensor a, Tensor b, Tensor product) => product.addmm_(a, b, beta: 0, alpha: 1);
}
