using SnnDsl.Events;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>
/// What native lines charge, against the same neuron by neuron: for any slopes, the constant is the least that the function leaves above
/// them, less |slope| E; not more, which would be unsound, and not noticeably less.
/// </summary>
public class RoundedLinesTests
{
    private const int Steps = 4;
    private const int Neurons = 70;

    [Theory, InlineData("HardRectangular"), InlineData("SoftArctan"), InlineData("ResetBelow"), InlineData("ResetAbove")]
    public unsafe void TheConstantIsWhatTheLinesLeave(string network)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(network, Platform.Fused, seed: 83);
        var kernel = subject.Module.Stages.Spiking[^1].Neurons.Kernel;
        var neuron = kernel.Parameters;
        var random = new Random(5);
        // Magnitudes so large that errors count.
        var (centre, magnitude) = (rand(1, Steps, Neurons) * 2 - 0.5, rand(1, Steps, Neurons) * 1e4);
        var layer = new RoundedLayer(kernel, Steps, IsConstant: false, centre - 0.2, centre + 0.2, magnitude, [5, 9, 30, 2], Values: 100);
        using var workspace = Workspace.Rent((2 + 2) * Steps * Neurons + 2 * Steps * 2 + RoundedLines.Room(Steps, Neurons), 5 + RoundedLines.Pieces);
        float* l = workspace.Floats(Steps * Neurons), u = workspace.Floats(Steps * Neurons);
        float* onSpikes = workspace.Floats(Steps * Neurons), slopes = workspace.Floats(Steps * Neurons);
        ulong* live = workspace.Words(Steps * 2);
        float[] bias = [.. Enumerable.Range(0, Neurons).Select(_ => random.NextSingle() - 0.5f)];
        layer.Bound(0, l, u);
        var stage = new RelaxationStage(kernel, Neurons, Neurons, Constant: false, null, null, null);
        long count = stage.FindLive(l, u, live, Steps);
        Assert.InRange(count, 1, Steps * Neurons - 1);
        const int reach = 3;
        var lines = new RoundedLines(workspace, neuron, Steps, Neurons, Neurons);
        fixed (float* b = bias)
        {
            lines.Pack(layer, 0, l, u, live, stage.Words, b, reach, sums: 0);
        }

        for (int i = 0; i < Steps * Neurons; i++)
        {
            onSpikes[i] = random.NextSingle() - 0.5f;
            slopes[i] = (live[i / Neurons * stage.Words + i % Neurons / 64] >> (i % Neurons % 64) & 1) == 0 ? 0 : random.NextSingle() - 0.5f;
        }

        double expected = 0, paid = 0;
        for (int t = 0; t < Steps; t++)
        {
            int open = Enumerable.Range(0, Neurons).Count(n => (live[t * stage.Words + n / 64] >> (n % 64) & 1) == 1);
            double share = RoundingCost.OfLines(layer.TermsAt(0, t), Math.Min(open, reach), layer.Values, Steps).Share;
            for (int n = 0; n < Neurons; n++)
            {
                int i = t * Neurons + n;
                double k = slopes[i], cs = onSpikes[i], cr = t == Steps - 1 ? 0 : (double)neuron.Decay * slopes[i + Neurons];
                double kept = t == 0 ? 0 : neuron.Decay * Left(l[i - Neurons], u[i - Neurons], neuron);
                double error = share * (magnitude[0, t, n].item<float>() + kept);
                expected += Least(k, cs, cr, l[i], u[i], neuron) + k * bias[n] - Math.Abs(k) * error;
                paid += Math.Abs(k) * error;
            }
        }

        double actual = lines.Charge(onSpikes, slopes).Value;
        Assert.True(paid > 1e-2, $"Only {paid} is paid for rounding.");
        Assert.True(actual <= expected, $"{actual - expected} above.");
        Assert.True(actual >= expected - 1e-3 * paid - 1e-5, $"{expected - actual} below, of {paid}.");
    }

    // The least of c_s s + c_r r - k u over [l, u]: each piece is linear, so its ends decide.
    private static double Least(double k, double cs, double cr, double l, double u, NeuronParameters neuron)
    {
        double th = neuron.Threshold, least = double.PositiveInfinity;
        foreach (double x in new[] { l, Math.Min(u, th) })
        {
            least = l <= th ? Math.Min(least, (cr - k) * x) : least;
        }

        foreach (double x in new[] { Math.Max(l, th), u })
        {
            least = u > th ? Math.Min(least, cs + cr * (neuron.Reset == Reset.Hard ? neuron.ResetValue : x - th) - k * x) : least;
        }

        return least;
    }

    private static double Left(double l, double u, NeuronParameters neuron)
    {
        double th = neuron.Threshold, least = 0;
        if (l <= th)
        {
            least = Math.Max(Math.Abs(l), Math.Abs(Math.Min(u, th)));
        }

        return u > th ? Math.Max(least, neuron.Reset == Reset.Hard ? Math.Abs(neuron.ResetValue) : u - th) : least;
    }
}
