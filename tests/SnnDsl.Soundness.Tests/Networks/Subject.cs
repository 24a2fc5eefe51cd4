using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Reference;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Networks;

/// <summary>A network under test with random weights, and the references of it. Dispose to return to the fused kernels.</summary>
internal sealed class Subject : IDisposable
{
    private readonly Generator random;
    private readonly Dictionary<string, Tensor> weights;
    private readonly Dictionary<string, Tensor> statistics;

    /// <summary>Every network declared in this namespace; those of single tests stand beside these.</summary>
    public static IReadOnlyList<Type> Networks { get; } =
    [
        .. typeof(Subject).Assembly.GetTypes()
            .Where(type => type.IsDefined(typeof(SpikingNetworkAttribute), false) && type.Namespace == typeof(Subject).Namespace)
            .OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    /// <param name="network">The declared class's name.</param>
    /// <param name="platform">Where and how it runs.</param>
    /// <param name="seed">What its weights and inputs are drawn from.</param>
    /// <param name="grid">Weights are multiples of 1/64, so that short sums are exact in float32.</param>
    /// <param name="style">What its weights look like.</param>
    public Subject(string network, Platform platform, int seed, bool grid = false, WeightStyle style = WeightStyle.Drawn)
    {
        set_num_threads(1);
        if (platform == Platform.Cuda)
        {
            Assert.Null(CudaEngine.Missing);
        }

        Platform = platform;
        var type = Networks.Single(type => type.Name == network);
        Blueprint = Blueprint.Of(type);
        Module = (SpikingModule)Activator.CreateInstance(type, (long)seed)!;
        random = new Generator((ulong)seed);
        using (no_grad())
        {
            foreach (var (name, parameter) in Module.named_parameters())
            {
                // Large enough that neurons fire, and of both signs, so that many are unstable.
                double scale = name.EndsWith(".bias") ? 0.25 : 1.6 / Math.Sqrt(parameter.numel() / (double)parameter.shape[0]);
                var value = (Uniform(parameter.shape) * 2 - 1 + (name.EndsWith(".bias") ? 0.4 : 0.15)) * scale;
                parameter.copy_(Styled(name, grid ? (value * 64).round() / 64 : value, style));
            }
        }

        Module.eval();
        using (no_grad())
        {
            foreach (var (name, buffer) in Module.named_buffers().Where(pair => pair.buffer.is_floating_point()))
            {
                var drawn = Uniform(buffer.shape);
                buffer.copy_(name.EndsWith(".running_var") ? drawn + 0.25 : (drawn - 0.5) * 0.5);
            }
        }

        Module.to(platform.Type);
        if (platform.Device != DeviceType.CPU)
        {
            Module.to(platform.Device);
        }

        SpikingLayer.Engine = platform.Engine;
        weights = Module.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.detach().cpu().to(float64).clone());
        statistics = Module.named_buffers().ToDictionary(pair => pair.name, pair => pair.buffer.cpu().to(float64).clone());
    }

    public Platform Platform { get; }

    public Blueprint Blueprint { get; }

    public SpikingModule Module { get; }

    public int Steps => Module.Steps;

    /// <summary>
    /// The weights in float64, for torch; requiring gradients after <see cref="RequireGradients"/>. Those of a layer that is normalised hold its
    /// normalisation, rounded as the network's are.
    /// </summary>
    public Tensor? Weight(string name)
    {
        int dot = name.IndexOf('.');
        string layer = name[..dot], what = name[(dot + 1)..];
        if (!Blueprint.Norms.TryGetValue(layer, out var norm))
        {
            return weights.GetValueOrDefault(name);
        }

        Tensor? Raw(string own) => (weights.GetValueOrDefault(own) ?? statistics.GetValueOrDefault(own))?.to(Platform.Type);
        // Torch's own float32 square root is off by a unit on some processors; one of float64, rounded, is not.
        var deviation = (Raw(norm.Name + ".running_var")! + norm.Epsilon).to(float64).sqrt().to(Platform.Type);
        var scale = (Raw(norm.Name + ".weight") ?? ones(1, Platform.Type)) / deviation;
        if (what == "weight")
        {
            var weight = Raw(name)!;
            // Of a transposed convolution the outputs are the second dimension.
            long[] outputs = [-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)];
            bool isTransposed = Blueprint.Operations.Any(operation => operation is TransposedOperation && operation.Name == layer);
            return (weight * (isTransposed ? scale.view(1, -1, 1, 1) : scale.view(outputs))).to(float64);
        }

        var mean = Raw(norm.Name + ".running_mean")!;
        var bias = (Raw(name) is { } own ? own - mean : -mean) * scale;
        return (Raw(norm.Name + ".bias") is { } shift ? bias + shift : bias).to(float64);
    }

    /// <summary>The network step by step.</summary>
    public EagerNetwork Eager => new(Blueprint, Weight);

    /// <summary>The bounds in plain arithmetic.</summary>
    public ScalarBounds Scalar => new(Blueprint, name => Weight(name) is { } weight ? Values.Of(weight) : null);

    public IEnumerable<(string Name, Tensor Weight, Tensor Reference)> Parameters =>
        Module.named_parameters().Select(pair => (pair.name, (Tensor)pair.parameter, weights[pair.name]));

    public void RequireGradients()
    {
        foreach (var weight in weights.Values)
        {
            weight.requires_grad = true;
        }
    }

    /// <summary>Uniform random numbers in [0, 1), float64.</summary>
    public Tensor Uniform(params long[] shape) => rand(shape, float64, generator: random);

    /// <summary>Whole numbers in [0, below).</summary>
    public int Next(int below) => (int)(Uniform(1).item<double>() * below);

    /// <summary>Random inputs: pixels in [0, 1], or sparse events; float64 on the CPU.</summary>
    public Tensor Inputs(int samples, bool grid = false)
    {
        if (Blueprint.Encoding == Encoding.Spikes)
        {
            return (Uniform([Steps, samples, .. Blueprint.Input]) < 0.35).to(float64);
        }

        var pixels = Uniform([samples, .. Blueprint.Input]);
        return grid ? (pixels * 16).round() / 16 : pixels;
    }

    /// <summary>Random classes, int64 [B], on the subject's device.</summary>
    public Tensor Labels(int samples) => (Uniform(samples) * Blueprint.Classes).to(int64).to(Platform.Device);

    /// <summary>The perturbations that fit the network, from small to large; of what is free, a little to much.</summary>
    public IEnumerable<Perturbation> Perturbations => Blueprint.Encoding == Encoding.Spikes
        ? [
            new SpikeFlips(1), new SpikeFlips(3, FlipMode.Insert), new SpikeFlips(2, FlipMode.Delete), new SpikeRetiming(1),
            new SpikeRetiming(2, moves: 3), new FreeFraction(0.15, 5),
        ]
        : [new LInfinity(0.03), new LInfinity(0.15), new LInfinity(0.08, clamp: false)];

    /// <summary>Which entries of recordings [T, B, ...] a freed fraction frees.</summary>
    public Tensor Free(FreeFraction free, Tensor inputs) =>
        Encoders.CounterNoise.Uniform(free.Seed, null, inputs.shape[1], Steps, Blueprint.Input) < free.Fraction;

    /// <summary>The library's set of perturbed inputs.</summary>
    public IPerturbedInput Perturbed(Perturbation perturbation, Tensor inputs) => perturbation.Apply(Module, On(inputs));

    /// <summary>A tensor in the subject's precision and place.</summary>
    public Tensor On(Tensor tensor) => tensor.to(Platform.Type).to(Platform.Device);

    /// <summary>The same sets for the reference, one a sample, worked out from the perturbation's definition.</summary>
    public IReadOnlyList<IInputSet> ReferenceSets(Perturbation perturbation, Tensor inputs)
    {
        long samples = Blueprint.Encoding == Encoding.Spikes ? inputs.shape[1] : inputs.shape[0];
        return [.. Enumerable.Range(0, (int)samples).Select(b => ReferenceSet(perturbation, inputs, b))];
    }

    public void Dispose()
    {
        SpikingLayer.Engine = Engine.Auto;
        Module.Dispose();
    }

    // A layer's weights or biases [rows, ...] in a style.
    private Tensor Styled(string name, Tensor value, WeightStyle style)
    {
        long[] rows = [value.shape[0], .. value.shape.Skip(1).Select(_ => 1L)];
        bool isBias = name.EndsWith(".bias");
        switch (style)
        {
            case WeightStyle.Sparse:
                return isBias ? value : value * (Uniform(value.shape) < 0.25);
            case WeightStyle.ZeroRows:
                return isBias ? value : value * (Uniform(rows) < 0.5);
            case WeightStyle.Constant:
                return full_like(value, value.flatten()[0].item<double>());
            case WeightStyle.Saturated:
                return value * 40;
            case WeightStyle.OnThreshold when isBias:
                // The threshold of the neurons behind the layer, on the spot or some units beside it.
                double threshold = Blueprint.Stages.FirstOrDefault(stage => stage.Maps.Any(map => name.StartsWith(map.Name + ".")))?.Neuron.Threshold ?? 0.25;
                var beside = where(Uniform(rows) < 0.5, zeros_like(value), (Uniform(rows) - 0.5) * (Uniform(rows) < 0.5).to(float64) * 3e-4);
                return where(Uniform(rows) < 0.6, (beside + threshold).to(float32).to(float64), value);
            case WeightStyle.OnThreshold:
                var tiny = value * (Uniform(rows) * -12 * Math.Log(10)).exp();
                return where(Uniform(rows) < 0.3, zeros_like(value), where(Uniform(rows) < 0.5, tiny, (value * 16).round() / 16));
            default:
                return value;
        }
    }

    private IInputSet ReferenceSet(Perturbation perturbation, Tensor inputs, int b)
    {
        switch (perturbation)
        {
            case SpikeFlips flips:
                return new FlipSet(
                    Values.Sample(inputs, b), flips.Count, flips.Mode != FlipMode.Delete, flips.Mode != FlipMode.Insert);
            case SpikeRetiming retiming:
                return new RetimedSet(Values.Sample(inputs, b), retiming.Jitter, retiming.Moves);
            case FreeFraction free:
                double[][] isFree = Values.Sample(Free(free, inputs), b);
                double[][] spikes = Values.Sample(inputs, b);
                return new SpikeBox(
                    [.. spikes.Zip(isFree, (s, f) => s.Zip(f, (one, x) => x > 0 ? 0 : one).ToArray())],
                    [.. spikes.Zip(isFree, (s, f) => s.Zip(f, (one, x) => x > 0 ? 1 : one).ToArray())]);
            case LInfinity box:
                double[] pixels = Values.Of(inputs[b]);
                double[] lower = [.. pixels.Select(x => box.Clamp ? Math.Max(0, x - box.Epsilon) : x - box.Epsilon)];
                double[] upper = [.. pixels.Select(x => box.Clamp ? Math.Min(1, x + box.Epsilon) : x + box.Epsilon)];
                return Blueprint.Encoding == Encoding.Direct
                    ? new ConstantBox(lower, upper)
                    : new PoissonBox(lower, upper, Values.Sample(Module.Noise(inputs, null), b));
            default:
                throw new ArgumentException($"The reference does not know {perturbation}.");
        }
    }
}
