using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Batch normalisation, dropout and votes against torch's own, step by step; and which mode bounds are asked for in.</summary>
public class NormalisationTests
{
    private const int Steps = 3;

    [Theory, InlineData(nameof(Platform.Double)), InlineData(nameof(Platform.Plain)), InlineData(nameof(Platform.Fused))]
    public void FoldedItIsTorchsOwn(string platform)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(nameof(Normalised), Platform.Named(platform), seed: 3);
        var inputs = subject.On(subject.Inputs(32));
        var expected = new Eager(subject.Module, training: false).Run(inputs);
        Assert.InRange(Values.RelativeError(subject.Module.forward(inputs), expected.to(float64)), 0, subject.Platform.IsExact ? 1e-12 : 0.05);
    }

    /// <summary>Logits, gradients and running statistics of a batch, whose steps count one by one.</summary>
    [Theory, InlineData(nameof(Platform.Double)), InlineData(nameof(Platform.Plain)), InlineData(nameof(Platform.Fused))]
    public void TrainingIsTorchsOwn(string platform)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(nameof(Normalised), Platform.Named(platform), seed: 4);
        var module = subject.Module;
        var inputs = subject.On(subject.Inputs(16));
        var eager = new Eager(module, training: true);
        var weights = subject.On(subject.Uniform(16, 3));

        // The same draw for both: the reference asks the layer itself.
        module.train();
        Draw(module).DrawFrom(9);
        eager.Mask = Draw(module).Apply(ones(16, 27, subject.Platform.Type), hasTime: false);
        var expected = eager.Run(inputs);
        (expected * weights).sum().backward();
        Draw(module).DrawFrom(9);
        var actual = module.forward(inputs);
        (actual * weights).sum().backward();

        double tolerance = subject.Platform.IsExact ? 1e-9 : 1e-4;
        Assert.InRange(Values.RelativeError(actual, expected.to(float64)), 0, tolerance);
        foreach (var (name, parameter) in module.named_parameters())
        {
            // A bias that a normalisation takes away again has no gradient but what rounding leaves.
            var gradient = eager.Leaves[name].grad!;
            double error = (parameter.grad! - gradient).abs().max().to(float64).item<double>();
            Assert.InRange(error / Math.Max(1, gradient.abs().max().to(float64).item<double>()), 0, tolerance);
        }

        foreach (var (name, buffer) in module.named_buffers())
        {
            Assert.InRange(Values.RelativeError(buffer.to(float64), eager.Leaves[name].to(float64)), 0, subject.Platform.IsExact ? 1e-12 : 1e-5);
        }
    }

    [Fact]
    public void StateHasPyTorchsNames()
    {
        using var module = new Normalised();
        Assert.Equal(
            [
                "bn1.bias", "bn1.num_batches_tracked", "bn1.running_mean", "bn1.running_var", "bn1.weight", "bn2.num_batches_tracked", "bn2.running_mean",
                "bn2.running_var", "conv1.weight", "fc1.bias", "fc1.weight", "fc2.bias", "fc2.weight",
            ],
            module.state_dict().Keys.Order(StringComparer.Ordinal));
        Assert.Equal(ScalarType.Int64, module.get_buffer("bn1.num_batches_tracked")!.dtype);
        Assert.DoesNotContain("rop", module.Description.Architecture, StringComparison.Ordinal);
    }

    /// <summary>In training bounds are those of the network that the batch has met: around a single point they are its margins.</summary>
    [Theory, InlineData(nameof(Platform.Double)), InlineData(nameof(Platform.Fused))]
    public void InTrainingBoundsTakeTheBatchsStatistics(string platform)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(nameof(NormalisedTail), Platform.Named(platform), seed: 5);
        var (module, inputs, labels) = (subject.Module, subject.On(subject.Inputs(12)), subject.Labels(12));
        module.train();
        var set = new LInfinity(0).Apply(module, inputs);
        Assert.Throws<InvalidOperationException>(() => module.BoundMargins(set, labels, BoundMethod.SIbp));
        var logits = module.forward(inputs);
        var rows = Margins.Rows(labels, subject.Blueprint.Classes, logits.dtype);
        var margins = rows.matmul(logits.unsqueeze(2)).squeeze(2);
        var bounds = module.BoundMargins(set, labels, BoundMethod.SIbp);
        double differing = (bounds - margins).abs().gt(1e-4).to(float64).mean().item<double>();
        Assert.InRange(differing, 0, subject.Platform.IsExact ? 0 : 0.1);

        // They learn.
        bounds.sum().backward();
        Assert.All(module.named_parameters(), pair => Assert.NotNull(pair.parameter.grad));
        module.eval();
        Assert.True((module.BoundMargins(set, labels, BoundMethod.SIbp) - margins).abs().to(float64).max().item<double>() > 1e-3);
    }

    [Fact]
    public void ViewsOfANetworkInTrainingAreRefused()
    {
        using var module = new Normalised();
        var error = Assert.Throws<InvalidOperationException>(() => new MarginBounder(module, CertificationMethod.SIbp));
        Assert.Contains("call eval() first", error.Message, StringComparison.Ordinal);
        module.eval();
        new MarginBounder(module, CertificationMethod.SIbp).Dispose();
        using var other = new HardRectangular();
        new MarginBounder(other, CertificationMethod.SIbp).Dispose();
    }

    /// <summary>What is folded is kept, and follows every change.</summary>
    [Fact]
    public void FoldedWeightsFollowTheirNumbers()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(nameof(Normalised), Platform.Fused, seed: 6);
        Tensor First()
        {
            Tensor? found = null;
            _ = subject.Module.Stages.Spiking[0].Map.With(tensor => found ??= tensor);
            return found!;
        }

        var before = First();
        Assert.Same(before, First());
        foreach (string name in new[] { "bn1.running_var", "bn1.running_mean" })
        {
            subject.Module.get_buffer(name)!.mul_(2);
            Assert.NotSame(before, before = First());
        }

        foreach (string name in new[] { "bn1.weight", "bn1.bias", "conv1.weight" })
        {
            subject.Module.get_parameter(name)!.mul_(2);
            Assert.NotSame(before, before = First());
        }
    }

    /// <summary>Training trains, by bounds too; a run that is taken up again ends with the same numbers, statistics and draws included.</summary>
    [Fact]
    public void ARunCanBeTakenUpAgain()
    {
        using var scope = NewDisposeScope();
        var random = Initialisation.Generator(3);
        var data = Dataset.FromTensors(rand([24, 3, 4, 4], generator: random), randint(0, 3, [24], int64, generator: random), "drawn", "train", 3);
        var options = new TrainingOptions
        {
            Epochs = 2, BatchSize = 8, Robust = new() { Epsilon = 0.02, RampStart = 0, RampEnd = 0.5, CrownShare = Ramp.Constant(0.5) },
        };
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Dictionary<string, double[]> whole = Run(options, null, _ => { });
            // Stopped after an epoch.
            var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => Run(options, path, progress => (progress.EndOfEpoch ? stop : new()).Cancel(), stop.Token));
            var resumed = Run(options, path, _ => { });
            Assert.All(whole, entry => Assert.Equal(entry.Value, resumed[entry.Key]));
            Assert.Equal(6, whole["bn1.num_batches_tracked"][0]);
        }
        finally
        {
            File.Delete(path);
        }

        Dictionary<string, double[]> Run(TrainingOptions run, string? checkpoint, Action<TrainingProgress> seen, CancellationToken cancellation = default)
        {
            using var module = new Normalised(5);
            module.eval();
            new Trainer(module, data, run) { CheckpointPath = checkpoint }.Run(resume: checkpoint is not null, new Synchronous(seen), cancellation);
            Assert.False(module.training);
            return module.state_dict().ToDictionary(entry => entry.Key, entry => Values.Of(entry.Value));
        }
    }

    private sealed class Synchronous(Action<TrainingProgress> seen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => seen(value);
    }

    /// <summary>Neurons that are given by their equations have no kernels of their own: their maxima are torch's.</summary>
    [Fact]
    public void MaximaOfAnyNeuronsHaveTheSameGradients()
    {
        using var scope = NewDisposeScope();
        using var network = new PooledEquations(3);
        var inputs = rand([6, 1, 6, 6], generator: Initialisation.Generator(4)).requires_grad_(true);
        network.forward(inputs).square().sum().backward();
        double[] fused = Values.Of(inputs.grad!);
        Assert.Contains(fused, value => value != 0);
        inputs.grad!.zero_();
        SpikingLayer.Engine = Engine.Plain;
        try
        {
            network.forward(inputs).square().sum().backward();
        }
        finally
        {
            SpikingLayer.Engine = Engine.Auto;
        }

        Assert.All(fused.Zip(Values.Of(inputs.grad!)), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, 1e-4));
    }

    private static Dropout Draw(SpikingModule module) => module.modules().OfType<Dropout>().Single();

    /// <summary>The network as one would write it in torch, every step by itself, batch normalisation over all steps at once.</summary>
    private sealed class Eager(SpikingModule module, bool training)
    {
        public Dictionary<string, Tensor> Leaves { get; } = module.state_dict().ToDictionary(
            entry => entry.Key,
            entry => entry.Value.detach().clone().requires_grad_(module.named_parameters().Any(pair => pair.name == entry.Key)));

        public Tensor? Mask { get; set; }

        public Tensor Run(Tensor x)
        {
            var current = Normalise("bn1", nn.functional.conv2d(Repeat(x), Leaves["conv1.weight"]), 1e-3);
            var spikes = Fire(current, 0.75, 1).flatten(1);
            spikes = Mask is null ? spikes : spikes * Mask.repeat(Steps, 1);
            current = Normalise("bn2", nn.functional.linear(spikes, Leaves["fc1.weight"], Leaves["fc1.bias"]), 1e-5);
            spikes = Fire(current, 0.25, 0.5);
            spikes = Fire(nn.functional.linear(spikes, Leaves["fc2.weight"], Leaves["fc2.bias"]), 0.25, 0.25);
            return spikes.view(Steps, -1, 3, 2).mean([3L]).mean([0L]);
        }

        private static Tensor Repeat(Tensor x) => x.repeat(Steps, 1, 1, 1);

        private Tensor Normalise(string name, Tensor x, double epsilon)
        {
            if (training)
            {
                using var guard = no_grad();
                Leaves[name + ".num_batches_tracked"].add_(1);
            }

            return nn.functional.batch_norm(
                x, Leaves[name + ".running_mean"], Leaves[name + ".running_var"], Leaves.GetValueOrDefault(name + ".weight"),
                Leaves.GetValueOrDefault(name + ".bias"), training, 0.1, (float)epsilon);
        }

        private static Tensor Fire(Tensor currents, double threshold, double decay)
        {
            var neuron = new Neuron(threshold, decay, Soft: false, 0, Surrogate.Rectangular, 1);
            Tensor? rest = null;
            List<Tensor> all = [];
            foreach (var current in currents.chunk(Steps))
            {
                var u = rest is null ? current : rest * decay + current;
                all.Add(neuron.Spike(u));
                rest = neuron.Rest(u, all[^1]);
            }

            return cat(all);
        }
    }
}

/// <summary>Maxima of neurons that are given by their equations.</summary>
[SpikingNetwork(TimeSteps = 4)]
[Input(1, 6, 6)]
[Conv2d(4, Kernel = 3, Padding = 1)]
[Synaptic(Threshold = 0.3)]
[MaxPool2d(2)]
[Flatten]
[Linear(3)]
[MeanReadout]
internal sealed partial class PooledEquations;
