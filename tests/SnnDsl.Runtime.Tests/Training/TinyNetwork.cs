using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Training;

/// <summary>
/// A fully connected network written by hand as the compiler would emit it: Flatten, then Linear and LIF in turn. In float64, so that
/// it runs on TorchSharp's operations alone, whatever kernels there are.
/// </summary>
internal sealed class TinyNetwork : SpikingModule
{
    private readonly SpikingLayer neurons;
    private readonly Parameter[] weights;
    private readonly Parameter[] biases;

    public TinyNetwork(Encoding encoding, int steps, long[] inputShape, int hidden, int classes, long seed, SpikingLayer? neurons = null)
        : base(new()
        {
            Name = nameof(TinyNetwork),
            TimeSteps = steps,
            Encoding = encoding,
            InputShape = inputShape,
            Classes = classes,
            ReadsSpikes = true,
            Readout = "",
            Layers =
            [
                new("fc1", "Linear", [hidden], 0, ""), new("lif1", "Lif", [hidden], 0, "", States: 1, HasKernels: true),
                new("fc2", "Linear", [classes], 0, ""), new("lif2", "Lif", [classes], 0, "", States: 1, HasKernels: true),
            ],
            Architecture = $"tiny {encoding} T={steps} {string.Join('x', inputShape)}-{hidden}-{classes}",
        })
    {
        this.neurons = neurons ?? new(new NoKernel());
        using var generator = new Generator((ulong)seed, device: CPU);
        long inputs = inputShape.Aggregate((a, b) => a * b);
        (long Out, long In)[] sizes = [(hidden, inputs), (classes, hidden)];
        weights = [.. sizes.Select(size => Drawn([size.Out, size.In], size.In, generator))];
        biases = [.. sizes.Select(size => Drawn([size.Out], size.In, generator))];
        for (int i = 0; i < sizes.Length; i++)
        {
            register_parameter($"fc{i + 1}_weight", weights[i]);
            register_parameter($"fc{i + 1}_bias", biases[i]);
        }
    }

    public override NetworkStages Stages => new([new(First, neurons), new(Second, neurons)], null, null);

    private bool IsDirect => Description.Encoding == Encoding.Direct;

    private AffineMap First => new AffineChain(new FlattenMap([.. Description.InputShape]), new LinearMap(weights[0], biases[0]));

    private AffineMap Second => new LinearMap(weights[1], biases[1]);

    protected override Tensor Simulate(Tensor input)
    {
        var current = First.Apply(input);
        var spikes = IsDirect ? neurons.FireConstant(current, Steps) : neurons.Fire(current);
        return neurons.Fire(Second.Apply(spikes)).ToTensor().mean([0L]);
    }

    protected override NetworkIntervals PropagateIntervals(IPerturbedInput input)
    {
        var current = input.Currents(First);
        var hidden = IsDirect ? neurons.IntervalsConstant(current, Steps) : neurons.Intervals(current);
        var last = neurons.Intervals(Second.Apply(hidden.Spikes));
        return new(hidden, last);
    }

    protected override LinearForm ReadOut(LinearQuery query) => LinearForm.OnMean(query);

    protected override LinearBound PropagateBack(IPerturbedInput input, LinearQuery query)
    {
        var form = query.Layer switch
        {
            2 => neurons.Relax(ReadOut(query), query, 1).PullBack(Second),
            1 => neurons.Relax(LinearForm.OnMembrane(query), query, 1).PullBack(Second),
            _ => LinearForm.OnMembrane(query),
        };
        var currents = IsDirect ? neurons.RelaxConstant(form, query, 0) : neurons.Relax(form, query, 0);
        return currents.PullBack(First).Concretise(input);
    }

    private static Parameter Drawn(long[] shape, long inputs, Generator generator) =>
        nn.Parameter((rand(shape, ScalarType.Float64, generator: generator) * 2 - 1) * (1.5 / Math.Sqrt(inputs)));

    private sealed class NoKernel() : NeuronKernel(new(0.25f, 0.25f, Reset.Hard, 0, Surrogate.Rectangular, 1))
    {
        private const string Reason = "A float64 network runs without kernels.";

        public override void Forward(
            ref float current, nint currentStride, ref float spikes, ref float membranes, nint stride, int steps, nint from, nint to) =>
            throw new InvalidOperationException(Reason);

        public override void Backward(
            ref float membranes, ref float spikeGradients, ref float currentGradients, nint gradientStride, nint stride, int steps,
            nint from, nint to) => throw new InvalidOperationException(Reason);

        public override void Intervals(
            ref float lowerCurrent, ref float upperCurrent, nint currentStride, ref float lowerSpikes, ref float upperSpikes,
            ref float lowerMembranes, ref float upperMembranes, nint stride, int steps, nint from, nint to) =>
            throw new InvalidOperationException(Reason);

        public override void IntervalsBackward(
            ref float lowerMembranes, ref float upperMembranes, ref float lowerSpikeGradients, ref float upperSpikeGradients,
            ref float lowerMembraneGradients, ref float upperMembraneGradients, ref float lowerCurrentGradients,
            ref float upperCurrentGradients, nint gradientStride, nint stride, int steps, nint from, nint to) =>
            throw new InvalidOperationException(Reason);

        public override double Relax(
            RelaxationRule rule, ref float spikeCoefficients, ref float row, ref float lowerMembranes, ref float upperMembranes,
            ref float currentCoefficients, nint coefficientStride, nint membraneStride, nint outputStride, int steps, nint count) =>
            throw new InvalidOperationException(Reason);

        public override void RelaxBackward(
            RelaxationRule rule, ref float spikeCoefficients, ref float row, ref float lowerMembranes, ref float upperMembranes,
            ref float outputGradients, float constantGradient, ref float spikeCoefficientGradients, ref float rowGradients,
            ref float lowerMembraneGradients, ref float upperMembraneGradients, nint coefficientStride, nint membraneStride,
            nint outputStride, int steps, nint count) => throw new InvalidOperationException(Reason);
    }
}
