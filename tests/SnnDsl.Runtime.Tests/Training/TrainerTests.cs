using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Training;

[Collection("One thread")]
public class TrainerTests
{
    private static readonly LInfinity Box = new(0.1);

    public TrainerTests() => set_num_threads(1);

    private static TrainingOptions Certified(int epochs) =>
        Recipes.Best(new() { Epsilon = Box.Epsilon }, epochs, seed: 3) with { BatchSize = 20, LearningRate = 5e-3 };

    [Fact]
    public void TrainingLowersTheLossAndCertifiedTrainingRaisesTheCertifiedShare()
    {
        var (train, test) = (TinyData.Images(240, seed: 1), TinyData.Images(200, seed: 2));
        using var natural = Network();
        using var certified = Network();
        var history = new Trainer(natural, train, Certified(12) with { Robust = null }).Run();
        var robustHistory = new Trainer(certified, train, Certified(12)).Run();

        Assert.True(history[^1].Loss < 0.7 * history[0].Loss, $"{history[0].Loss} -> {history[^1].Loss}");
        var (naturalAccuracy, certifiedAccuracy) = (Accuracy.Of(natural, test), Accuracy.Of(certified, test));
        Assert.True(naturalAccuracy > 0.85 && certifiedAccuracy > 0.85, $"accuracies {naturalAccuracy}, {certifiedAccuracy}");
        double without = new Certifier(natural, Box, CertificationMethod.SIbp) { Precision = Precision.Float32 }.Run(test).Summary.BoundedAccuracy;
        double with = new Certifier(certified, Box, CertificationMethod.SIbp) { Precision = Precision.Float32 }.Run(test).Summary.BoundedAccuracy;
        Assert.True(with > without + 0.2, $"certified share {without} -> {with}");
        Assert.NotNull(robustHistory[^1].Bounded);
        Assert.Null(history[^1].Bounded);
        Assert.Equal(Box.Epsilon, robustHistory[^1].Size);
    }

    /// <summary>A neuron far below its threshold has no gradient and would stay dead: it starts anew, and its class is learnt.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void ASilentOutputStartsAnew(bool revives)
    {
        var (train, test) = (TinyData.Images(240, seed: 1), TinyData.Images(200, seed: 2));
        using var network = Network();
        using (no_grad())
        {
            network.get_parameter("fc2_bias")![1].fill_(-10.0);
        }

        var history = new Trainer(network, train, Certified(12) with { Robust = null, ReviveSilentOutputs = revives }).Run();
        Assert.Equal(revives ? [1] : [], history[0].RevivedOutputs);
        Assert.All(history.Skip(8), epoch => Assert.Empty(epoch.RevivedOutputs));
        double accuracy = Accuracy.Of(network, test);
        Assert.True(revives ? accuracy > 0.85 : accuracy < 0.75, $"accuracy {accuracy}");
    }

    /// <summary>The mean square of rates is what its documentation says, and trains.</summary>
    [Fact]
    public void MeanSquaresTrain()
    {
        var logits = TorchSharp.torch.tensor(new double[] { 0.25, 0.5, 1, 0 }, [2, 2]);
        using (logits)
        {
            double expected = ((0.25 * 0.25) + (0.5 * 0.5) + 0 + 0) / 4;
            Assert.Equal(expected, Losses.MeanSquare(logits, TorchSharp.torch.tensor(new long[] { 1, 0 })).item<double>(), 12);
        }

        using var network = Network();
        var data = TinyData.Images(60);
        double before = Accuracy.Of(network, data);
        new Trainer(network, data, Certified(6) with { Loss = NaturalLoss.MeanSquare, Robust = null }).Run();
        double after = Accuracy.Of(network, data);
        Assert.True(after > 0.8 && after > before, $"{before} before, {after} after");
    }

    /// <summary>Losses over time are what their documentation says, number by number.</summary>
    [Fact]
    public void LossesOverTimeAreSumsOverSteps()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        TorchSharp.torch.random.manual_seed(6);
        const int Steps = 4, Samples = 3, Classes = 5;
        var outputs = TorchSharp.torch.randn([Steps, Samples, Classes], TorchSharp.torch.ScalarType.Float64);
        long[] labels = [4, 0, 2];
        double[] values = [.. outputs.data<double>()];
        double Of(int t, int b, int c) => values[(((t * Samples) + b) * Classes) + c];
        double Entropy(Func<int, double> logits, long label) => Math.Log(Enumerable.Range(0, Classes).Sum(c => Math.Exp(logits(c)))) - logits((int)label);
        double temporal = 0, square = 0, greatest = 0;
        for (int b = 0; b < Samples; b++)
        {
            int sample = b;
            for (int t = 0; t < Steps; t++)
            {
                int step = t;
                temporal += Entropy(c => 5 * Of(step, sample, c), labels[b]) / (Steps * Samples);
                square += Enumerable.Range(0, Classes).Sum(c => Math.Pow(Of(step, sample, c) - 0.75, 2)) / (Steps * Samples * Classes);
            }

            greatest += Entropy(c => 5 * Enumerable.Range(0, Steps).Max(t => Of(t, sample, c)), labels[b]) / Samples;
        }

        var targets = TorchSharp.torch.tensor(labels);
        Assert.Equal((0.9 * temporal) + (0.1 * square), Losses.Temporal(outputs, targets, 5, 0.1, 0.75).item<double>(), 10);
        Assert.Equal(temporal, Losses.Temporal(outputs, targets, 5, 0, 0.75).item<double>(), 10);
        Assert.Equal(greatest, Losses.MaxMembrane(outputs, targets, 5).item<double>(), 10);

        // What a readout gets is what they see, and membranes are those that it reads.
        var (logits, seen) = SnnDsl.Networks.Readouts.Watched(() => SnnDsl.Networks.Readouts.LastMembrane(outputs, 0.5f));
        Assert.Equal(0, (seen! - outputs).abs().max().item<double>());
        Assert.Equal(0, (SnnDsl.Networks.Readouts.Membranes(outputs, 0.5f)[-1] - logits).abs().max().item<double>());
        Assert.Null(SnnDsl.Networks.Readouts.Watched(() => outputs).Outputs);
        using var network = Network();
        Assert.Contains(
            "reads out no membranes",
            Assert.Throws<ArgumentException>(() => new Trainer(network, TinyData.Images(6), Certified(1) with { Loss = NaturalLoss.MaxMembrane })).Message);
        // A network that is written by hand, with a readout of its own.
        Assert.Contains(
            "does not show",
            Assert.Throws<InvalidOperationException>(() => new Trainer(network, TinyData.Images(6), Certified(1) with { Loss = NaturalLoss.Temporal }).Run()).Message);
    }

    [Fact]
    public void GradientsAreRoundedWhileTheRunLasts()
    {
        using var network = Network();
        var seen = new Seen();
        var options = Certified(1) with { GradientPrecision = GradientPrecision.BFloat16 };
        new Trainer(network, TinyData.Images(60), options).Run(progress: seen);
        Assert.Equal([GradientPrecision.BFloat16], seen.Precisions.Distinct());
        Assert.Equal(GradientPrecision.Float32, SpikingLayer.GradientPrecision);
    }

    private sealed class Seen : IProgress<TrainingProgress>
    {
        public List<GradientPrecision> Precisions { get; } = [];

        public void Report(TrainingProgress value) => Precisions.Add(SpikingLayer.GradientPrecision);
    }

    [Theory]
    [InlineData(BoundMethod.SCrown)]
    [InlineData(BoundMethod.SCrownPaper)]
    public void TheRobustLossTakesEveryMethod(BoundMethod crown)
    {
        var data = TinyData.Images(60);
        using var network = Network();
        var options = Certified(8) with { Steps = 2 };
        var robust = options.Robust! with { RampStart = 0, RampEnd = 0.1, RobustWeight = Ramp.Constant(1), CrownShare = new(1, 0.5), Crown = crown };
        var history = new Trainer(network, data, options with { Robust = robust }).Run();
        Assert.True(history[^1].Loss < 0.9 * history[1].Loss, $"{history[1].Loss} -> {history[^1].Loss}");
        Assert.Equal(4, network.Steps);
    }

    [Theory]
    [InlineData(OptimiserKind.Adam, Encoding.Direct)]
    [InlineData(OptimiserKind.Sgd, Encoding.Direct)]
    [InlineData(OptimiserKind.Adam, Encoding.Poisson)]
    public void AResumedRunEndsWithTheVeryWeightsOfAWholeOne(OptimiserKind kind, Encoding encoding)
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Images(50);
        var options = Certified(4) with { Optimiser = kind, WarmUp = new(1, 1e-2), Averaging = kind == OptimiserKind.Sgd ? 0.9 : 0, L1 = 1e-5 };
        using var whole = Network(encoding);
        using var killed = Network(encoding);
        foreach (var network in new[] { whole, killed })
        {
            // An output that starts anew does so in both.
            using var guard = no_grad();
            network.get_parameter("fc2_bias")![1].fill_(-10.0);
        }

        Assert.Contains(1, new Trainer(whole, data, options).Run()[0].RevivedOutputs);
        // In the middle of the third epoch.
        StoppedRun.Of(new Trainer(killed, data, options) { CheckpointPath = folder["run.checkpoint"], ReportInterval = TimeSpan.Zero }, now => now is { Epoch: 3, Step: 2 });
        Assert.Equal(["run.checkpoint"], folder.Files);

        using var resumed = Network(encoding, seed: 99);
        var history = new Trainer(resumed, data, options) { CheckpointPath = folder["run.checkpoint"] }.Run(resume: true);
        Assert.Equal([3, 4, 5], history.Select(epoch => epoch.Epoch));
        Assert.Equal(Weights.Hash(whole), Weights.Hash(resumed));
        Assert.NotEqual(Weights.Hash(killed), Weights.Hash(resumed));
    }

    /// <summary>What is kept aside is never trained on, and a run ends with the weights that did best on it, stopped and taken up or not.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public void ARunEndsWithTheWeightsThatDidBestOnWhatWasKept(bool certified)
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Images(90, noise: 0.6);
        var options = Certified(7) with { LearningRate = 3e-2, ValidationShare = 0.3, Schedule = RateSchedule.Late };
        options = certified ? options : options with { Robust = null };
        var (training, kept) = Validation.Split(data, options);
        Assert.Equal(Enumerable.Range(0, 90).Select(i => (long)i), training.Indices.Concat(kept!.Indices).Order());
        long[] labels = data.Labels.data<long>().ToArray();
        Assert.All(labels.Distinct(), label => Assert.Equal(Math.Round(0.3 * labels.Count(own => own == label)), kept.Indices.Count(index => labels[index] == label)));
        Assert.NotEqual(kept.Indices, Validation.Split(data, options with { Seed = 8 }).Kept!.Indices);

        using var network = Network();
        var history = new Trainer(network, data, options).Run();
        Assert.All(history, epoch => Assert.Equal((training.Count + 19) / 20, epoch.StepsPerEpoch));
        // In certified training only epochs at the full perturbation count.
        var counted = history.Where(epoch => !certified || epoch.Epoch >= 0.6 * 7).ToList();
        var best = counted.MaxBy(epoch => epoch.Validation!.Score)!;
        Assert.True(best.Validation!.IsBest && history.Except(counted).All(epoch => !epoch.Validation!.IsBest));
        Assert.DoesNotContain(history.Where(epoch => epoch.Epoch > best.Epoch), epoch => epoch.Validation!.IsBest);
        Assert.Equal(best.Validation.Accuracy, Accuracy.Of(network, kept));
        Assert.Equal(certified, best.Validation.Bounded is not null);

        using var killed = Network();
        StoppedRun.Of(new Trainer(killed, data, options) { CheckpointPath = folder["run"] }, now => now is { Epoch: 6, EndOfEpoch: true });
        using var resumed = Network(seed: 99);
        new Trainer(resumed, data, options) { CheckpointPath = folder["run"] }.Run(resume: true);
        Assert.Equal(Weights.Hash(network), Weights.Hash(resumed));
    }

    [Fact]
    public void PatienceEndsARun()
    {
        using var folder = new TemporaryFolder();
        var data = TinyData.Images(60, noise: 0.6);
        var options = Certified(30) with { Robust = null, ValidationShare = 0.5, Patience = 2 };
        using var network = Network();
        var history = new Trainer(network, data, options) { CheckpointPath = folder["run"] }.Run();
        Assert.Equal(history.Last(epoch => epoch.Validation!.IsBest).Epoch + 2, history.Count);
        Assert.InRange(history.Count, 3, 29);
        string hash = Weights.Hash(network);
        // It stays at its end.
        Assert.Empty(new Trainer(network, data, options) { CheckpointPath = folder["run"] }.Run(resume: true));
        Assert.Equal(hash, Weights.Hash(network));
    }

    [Theory, InlineData("epochs.csv"), InlineData("epochs.jsonl")]
    public void LinesOfEpochsThatAreRunAgainAreWrittenAnew(string name)
    {
        using var folder = new TemporaryFolder();
        TrainingProgress At(int epoch, double loss, int step = 5) => new()
        {
            Epoch = epoch, Epochs = 4, Step = step, StepsPerEpoch = 5, Loss = loss, Accuracy = 0.5, Bounded = null, Size = 0, LearningRate = 1e-3,
            SamplesPerSecond = 1234.56, Remaining = TimeSpan.Zero, Validation = new(0.75, 0.25, epoch == 2),
        };
        var log = new TrainingLog(folder[name]);
        foreach (int epoch in new[] { 1, 2, 3 })
        {
            log.Report(At(epoch, 9, step: 4));
            log.Report(At(epoch, 1.5 / epoch));
        }

        new TrainingLog(folder[name]).Report(At(3, 0.125));
        string[] lines = File.ReadAllLines(folder[name]);
        Assert.Equal(
            name.EndsWith(".csv", StringComparison.Ordinal)
                ? ["epoch,loss,accuracy,bounded,size,learningRate,samplesPerSecond,validationAccuracy,validationBounded,best,validationAttacked",
                    "1,1.5,0.5,,0,0.001,1234.6,0.75,0.25,0,", "2,0.75,0.5,,0,0.001,1234.6,0.75,0.25,1,", "3,0.125,0.5,,0,0.001,1234.6,0.75,0.25,0,"]
                : [.. new[] { (1, "1.5", "false"), (2, "0.75", "true"), (3, "0.125", "false") }.Select(line =>
                    $"{{\"epoch\":{line.Item1},\"loss\":{line.Item2},\"accuracy\":0.5,\"bounded\":null,\"size\":0,\"learningRate\":0.001,\"samplesPerSecond\":1234.6,\"validationAccuracy\":0.75,\"validationBounded\":0.25,\"best\":{line.Item3},\"validationAttacked\":null}}")],
            lines);
        File.WriteAllText(folder[name], "some\nnotes\n");
        Assert.Contains("no epochs of a training run", Assert.Throws<TrainingException>(() => new TrainingLog(folder[name]).Report(At(2, 1))).Message);
        Assert.Equal("some\nnotes\n", File.ReadAllText(folder[name]));
    }

    [Fact]
    public void ACheckpointOfAnotherRunIsRefusedAndNothingIsTouched()
    {
        using var folder = new TemporaryFolder();
        string path = folder["run"];
        var data = TinyData.Images(20);
        using var network = Network();
        new Trainer(network, data, Certified(1)) { CheckpointPath = path }.Run();
        string before = Weights.Hash(network);

        string Refusal(Dataset samples, TrainingOptions options) => Assert.Throws<TrainingException>(
            () => new Trainer(network, samples, options) { CheckpointPath = path }.Run(resume: true)).Message;
        Assert.Contains("is of other options", Refusal(data, Certified(2)), StringComparison.Ordinal);
        Assert.Contains("is of other data", Refusal(TinyData.Images(30), Certified(1)), StringComparison.Ordinal);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^5]);
        Assert.Contains("truncated", Refusal(data, Certified(1)), StringComparison.Ordinal);
        Weights.Save(network, path);
        Assert.Contains("weights alone cannot be resumed", Refusal(data, Certified(1)), StringComparison.Ordinal);
        Assert.Equal(before, Weights.Hash(network));
    }

    [Fact]
    public void DataThatDoesNotFitIsRefused()
    {
        using var network = Network();
        var error = Assert.Throws<ArgumentException>(() => new Trainer(network, TinyData.Images(5, size: 7), new()));
        Assert.StartsWith("TinyNetwork takes inputs of 1x6x6, but those of tiny-images are 1x7x7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ALossThatIsNoNumberStopsTheRun()
    {
        using var network = Network();
        using (no_grad())
        {
            network.parameters().First().fill_(double.NaN);
        }

        // A membrane that is not a number does not fire, so that the poison must reach the loss by its bounds.
        var robust = new RobustOptions { Epsilon = 0.1, RampStart = 0, RampEnd = 0, RobustWeight = Ramp.Constant(1), CrownShare = Ramp.Constant(1) };
        var error = Assert.Throws<TrainingException>(() => new Trainer(network, TinyData.Images(20), new() { Robust = robust }).Run());
        Assert.Contains("The loss became", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TheEncodingSeedIsGivenBack()
    {
        using var network = Network(Encoding.Poisson);
        network.EncodingSeed = 17;
        new Trainer(network, TinyData.Images(20), new() { Epochs = 1 }).Run();
        Assert.Equal(17, network.EncodingSeed);
    }

    private static TinyNetwork Network(Encoding encoding = Encoding.Direct, long seed = 1) =>
        new(encoding, steps: 4, [1, 6, 6], hidden: 24, classes: 3, seed);
}
