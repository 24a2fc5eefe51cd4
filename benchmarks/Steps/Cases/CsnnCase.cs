using SnnDsl.Benchmarks.Eager;
using SnnDsl.Benchmarks.Measuring;
using SnnDsl.Benchmarks.Networks;
using SnnDsl.Benchmarks.Reporting;
using SnnDsl.Kernels;
using SnnDsl.Training;
using TorchSharp.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Cases;

/// <summary>
/// A training step of the convolutional network with batch normalisation and maxima of spikes, which is no trained network's: a short
/// training on the embedded digits brings the firing rates to where they stay, and every timed step moves the weights by next to nothing.
/// </summary>
internal static class CsnnCase
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "csnn";

    private const int Batch = 128;
    private const int CheckedBatch = 16;
    private const int WarmUpSteps = 30;
    private const double LearningRate = 1e-9;
    private const double Tolerance = 0.02;

    /// <summary>Checks that eager and emitted code agree, and times the three codes in turn.</summary>
    /// <param name="peaks">Of the machine.</param>
    /// <exception cref="InvalidOperationException">They differ: nothing was timed.</exception>
    public static CsnnResult Measure(Peaks peaks)
    {
        using var scope = NewDisposeScope();
        using var fused = new Csnn(1);
        fused.train();
        WarmUp(fused);
        double difference = Check(fused);
        var eager = new EagerCsnn(fused);
        var (pixels, labels) = Digit(0, Batch);
        var times = Interleaved.Measure(
            least: 5, most: 15, TimeSpan.FromSeconds(60), collectEvery: 1,
            Step(eager.Parameters.Values, () => eager.Forward(pixels, fused.Steps), labels, Engine.Auto),
            Step(fused.parameters(), () => fused.forward(pixels), labels, Engine.Plain),
            Step(fused.parameters(), () => fused.forward(pixels), labels, Engine.Auto));
        SpikingLayer.Engine = Engine.Auto;
        double[] rates = Rates(fused, pixels);
        var (dense, useful) = (Operations(null), Operations(rates));
        return new CsnnResult
        {
            Batch = Batch,
            Steps = fused.Steps,
            EagerMs = times[0].Median,
            PlainMs = times[1].Median,
            FusedMs = times[2].Median,
            Runs = times[2].Runs,
            Rates = rates,
            GradientDifference = difference,
            Gflop = dense / 1e9,
            UsefulGflop = useful / 1e9,
            FloorMs = 1e3 * dense / peaks.FlopsPerSecond,
            EventFloorMs = 1e3 * useful / peaks.FlopsPerSecond,
        };
    }

    private static void WarmUp(Csnn network)
    {
        var optimiser = optim.Adam(network.parameters(), 1e-3);
        for (int step = 0; step < WarmUpSteps; step++)
        {
            using var scope = NewDisposeScope();
            var (pixels, labels) = Digit(step * Batch % 768, Batch);
            optimiser.zero_grad();
            Losses.Natural(network.forward(pixels), labels, 5).backward();
            optimiser.step();
        }
    }

    // The weights lie on no grid, so now and then rounding flips a spike: gradients differ by more than rounding, and by much less than by a mistake.
    private static double Check(Csnn fused)
    {
        using var scope = NewDisposeScope();
        var eager = new EagerCsnn(fused);
        var (pixels, labels) = Digit(0, CheckedBatch);
        fused.zero_grad();
        Losses.Natural(eager.WholeBatch(pixels, fused.Steps), labels, 5).backward();
        Losses.Natural(fused.forward(pixels), labels, 5).backward();
        double worst = fused.named_parameters().Max(named =>
        {
            var expected = eager.Parameters[named.name].grad!;
            return (named.parameter.grad! - expected).norm().ToDouble() / Math.Max(expected.norm().ToDouble(), 1e-12);
        });
        return worst <= Tolerance ? worst : throw new InvalidOperationException(FormattableString.Invariant(
            $"Eager and emitted code differ: gradients of the csnn by {worst:E1} of their size. Nothing was timed."));
    }

    private static Action Step(IEnumerable<Parameter> parameters, Func<Tensor> forward, Tensor labels, Engine engine)
    {
        var optimiser = optim.SGD(parameters, LearningRate, 0.9);
        return () =>
        {
            SpikingLayer.Engine = engine;
            using var scope = NewDisposeScope();
            optimiser.zero_grad();
            Losses.Natural(forward(), labels, 5).backward();
            optimiser.step();
        };
    }

    private static (Tensor Pixels, Tensor Labels) Digit(int first, int count)
    {
        int[] at = [.. Enumerable.Range(first, count)];
        return (Digits.Test.Inputs(at), Digits.Test.LabelsAt(at));
    }

    // Of the spikes that each map but the first reads.
    private static double[] Rates(Csnn network, Tensor pixels)
    {
        using var scope = NewDisposeScope();
        network.eval();
        using var trace = network.Trace(pixels[TensorIndex.Slice(0, CheckedBatch)]);
        network.train();
        return [.. new[] { 1, 3, 4 }.Select(layer => trace.Layers[layer].Spikes.mean().ToDouble())];
    }

    // Two for each product: forward, the weights' gradient, and back to the spikes, which is dense. The first map runs once for all steps and
    // sends nothing back.
    private static double Operations(double[]? rates)
    {
        const double conv1 = 9.0 * 128 * 28 * 28, conv2 = 9.0 * 128 * 128 * 14 * 14, fc1 = 6272.0 * 2048, fc2 = 2048.0 * 10;
        double Later(double products, int i) => products * (2 * (rates?[i] ?? 1) + 1);
        return 2 * Batch * ((2 * conv1) + (4 * (Later(conv2, 0) + Later(fc1, 1) + Later(fc2, 2))));
    }
}
