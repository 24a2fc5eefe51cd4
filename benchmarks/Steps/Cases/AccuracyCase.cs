using System.Diagnostics;
using SnnDsl.Benchmarks.Eager;
using SnnDsl.Benchmarks.Networks;
using SnnDsl.Benchmarks.Reporting;
using SnnDsl.Bounds;
using SnnDsl.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Cases;

/// <summary>
/// Trains a model by eager ops and by emitted code, from the same weights, on the same samples in the same order, as often as there are
/// seeds. The two sum in different orders, so that now and then a spike differs and the runs part; their accuracy must not.
/// </summary>
internal static class AccuracyCase
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "accuracy";

    private const int Batch = 128;
    private const double LearningRate = 1e-3;
    private const double LogitScale = 5;

    /// <summary>Trains and tests.</summary>
    /// <param name="model">fc or conv.</param>
    /// <param name="folder">Whole MNIST, or null for the embedded digits.</param>
    /// <param name="epochs">How often every sample is seen.</param>
    /// <param name="seeds">How many seeds, from 1 on.</param>
    /// <param name="say">Told after each run.</param>
    public static AccuracyResult Measure(string model, string? folder, int epochs, int seeds, Action<FormattableString> say)
    {
        var (train, test) = folder is null
            ? (Digits.Train, Digits.Test)
            : (ImageDataset.Load(folder, "mnist", "train"), ImageDataset.Load(folder, "mnist", "test"));
        var (eager, fused) = (new double[seeds], new double[seeds]);
        var (eagerTime, fusedTime) = (TimeSpan.Zero, TimeSpan.Zero);
        for (int i = 0; i < seeds; i++)
        {
            long start = Stopwatch.GetTimestamp();
            eager[i] = Run(model, Code.Eager, train, test, epochs, seed: i + 1);
            eagerTime += Stopwatch.GetElapsedTime(start);
            start = Stopwatch.GetTimestamp();
            fused[i] = Run(model, Code.Fused, train, test, epochs, seed: i + 1);
            fusedTime += Stopwatch.GetElapsedTime(start);
            say($"accuracy {model}, seed {i + 1}: eager {eager[i]:P2}, fused {fused[i]:P2}");
        }

        return new()
        {
            Model = model,
            Epochs = epochs,
            TrainingSamples = train.Count,
            TestSamples = test.Count,
            Seeds = [.. Enumerable.Range(1, seeds).Select(seed => (long)seed)],
            Eager = eager,
            Fused = fused,
            EagerSeconds = Math.Round(eagerTime.TotalSeconds, 2),
            FusedSeconds = Math.Round(fusedTime.TotalSeconds, 2),
        };
    }

    private static double Run(string model, Code code, Dataset train, Dataset test, int epochs, long seed)
    {
        using var scope = NewDisposeScope();
        using var network = Subject.CreateNetwork(model, seed);
        var eager = code == Code.Eager ? EagerNetwork.Create(model, network) : null;
        IEnumerable<Parameter> parameters = eager?.Parameters.Values ?? network.parameters();
        using var optimiser = optim.Adam(parameters, LearningRate);
        Subject.Choose(code);
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            foreach (int[] positions in Batches.Shuffled(train.Count, Batch, (ulong)seed, epoch))
            {
                using var step = NewDisposeScope();
                optimiser.zero_grad();
                var logits = Logits(train.Inputs(positions));
                nn.functional.cross_entropy(logits * LogitScale, train.LabelsAt(positions)).backward();
                optimiser.step();
            }
        }

        return Test();

        Tensor Logits(Tensor pixels) => eager is null ? network.forward(pixels) : eager.Forward(pixels, network.Steps);

        double Test()
        {
            long right = 0;
            foreach (int[] positions in Batches.InOrder(test.Count, Batch))
            {
                using var guard = no_grad();
                using var step = NewDisposeScope();
                right += (Margins.Predict(Logits(test.Inputs(positions))) == test.LabelsAt(positions)).sum().ToInt64();
            }

            return right / (double)test.Count;
        }
    }
}
