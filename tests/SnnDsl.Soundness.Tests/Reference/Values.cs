using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>A tensor's values as plain numbers.</summary>
internal static class Values
{
    public static double[] Of(Tensor tensor) => tensor.detach().cpu().to(float64).contiguous().flatten().data<double>().ToArray();

    /// <summary>A [T, B, ...] tensor's sample b as [t][n].</summary>
    public static double[][] Sample(Tensor overTime, long b) =>
        [.. Enumerable.Range(0, (int)overTime.shape[0]).Select(t => Of(overTime[t, b]))];

    /// <summary>The largest difference, in units of the larger of 1 and the largest expected value.</summary>
    public static double RelativeError(Tensor actual, Tensor expected)
    {
        Assert.Equal(expected.shape, actual.shape);
        double[] left = Of(actual), right = Of(expected);
        double scale = right.Select(Math.Abs).DefaultIfEmpty(0).Max();
        return left.Zip(right, (a, b) => double.IsNaN(a - b) ? double.PositiveInfinity : Math.Abs(a - b)).DefaultIfEmpty(0).Max()
            / (scale == 0 ? 1 : scale);
    }
}
