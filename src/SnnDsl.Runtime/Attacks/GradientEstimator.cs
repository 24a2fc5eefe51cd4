using SnnDsl.Autograd;
using SnnDsl.Kernels;
using SnnDsl.Kernels.Derived;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// What an attack takes for the gradient of a spike, whose own is 0 almost everywhere. A surrogate that served in training may be silent where a
/// trained network's membranes lie; these look elsewhere. Every point that they lead to is replayed by the network as it is.
/// </summary>
public sealed class GradientEstimator
{
    // So much of the threshold is the least spread of membranes: a layer that is still has none.
    private const double LeastSpread = 1e-2;

    private GradientEstimator(string name, SpikeGradient? gradient) => (Name, Gradient) = (name, gradient);

    /// <summary>The neurons' own surrogates.</summary>
    public static GradientEstimator Surrogate { get; } = new("surrogate", null);

    /// <summary>
    /// Firing rates (after BPTR, Ding et al. 2022): a layer passes on to its current, at every step alike, the mean over time of what arrives at its
    /// spikes, where it fired at all.
    /// </summary>
    public static GradientEstimator Rates { get; } = new("rates", new OfRates((_, spikes, _, _) => spikes.amax([0L])));

    /// <summary>
    /// The spread of membranes (after PDSG, Lun et al. 2025): the normal density about the threshold whose deviation is that of the layer's membranes, by
    /// sample and step. Layers that lie far from their thresholds are looked at as from as far.
    /// </summary>
    public static GradientEstimator Spread { get; } = new("spread", new Stepwise((x, rule) =>
    {
        var deviation = Deviation(x, rule.Threshold);
        return (x / deviation).Squared().Times(-0.5).exp() / deviation.Times(Math.Sqrt(2 * Math.PI));
    }));

    /// <summary>
    /// Adaptive sharpness (after ASSG, arXiv 2512.22522): an arctan surrogate whose width is the mean distance of the layer's membranes from the threshold
    /// and one and a half of its deviations, by sample and step.
    /// </summary>
    public static GradientEstimator Sharpness { get; } = new("sharpness", new Stepwise((x, rule) =>
    {
        var width = Reach(x, rule);
        return (x.Times(Math.PI) / width).Squared().Plus(1).reciprocal() / width;
    }));

    /// <summary>
    /// The curve of rates (after RGA, Bu et al. 2023): a layer passes on to its current, at every step alike, the mean over time of what arrives at its spikes, times the slope of a
    /// rate over the mean current: a fifth below the current that is just enough to fire, from there on what leads to a spike at every step at twice the threshold, 0 above.
    /// </summary>
    public static GradientEstimator Curve { get; } = new("curve", new OfRates(RateSlope));

    /// <summary>
    /// Averages (after HART, arXiv 2512.22522 has its figures): what arrives at a step's spikes goes to that step's current alone, by a triangle as wide as under <see cref="Sharpness"/>,
    /// and every step gets the mean over all.
    /// </summary>
    public static GradientEstimator Averaged { get; } = new("averaged", new OfAverages());

    /// <summary>All of them.</summary>
    public static IReadOnlyList<GradientEstimator> All { get; } = [Surrogate, Rates, Spread, Sharpness, Curve, Averaged];

    /// <summary>The name in commands and reports: "rates".</summary>
    public string Name { get; }

    /// <summary>What spikes are given; null for their own.</summary>
    internal SpikeGradient? Gradient { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>What an attack by these gradients is called: "pgd", or "pgd-rates".</summary>
    internal string Named(string attack) => this == Surrogate ? attack : $"{attack}-{Name}";

    // The mean distance of membranes from the threshold and one and a half of its deviations, by sample.
    private static Tensor Reach(Tensor x, Model.SpikeRule rule)
    {
        var distance = x.abs();
        return Each(distance.flatten(1).mean([1L]), x).Plus(Deviation(distance, rule.Threshold).Times(1.5));
    }

    // By mean currents in thresholds: 0.2 up to the least that fires (of a LIF 1 - decay), then the line to a rate of 1 at 2.
    private static Tensor RateSlope(Tensor current, Tensor spikes, StepFactors factors, bool constant)
    {
        double threshold = Math.Max(Math.Abs((double)factors.Neuron.Spike.Threshold), LeastSpread);
        var mean = constant ? current : current.mean([0L]);
        var least = NeuronForward.Gain(mean, factors, (int)spikes.shape[0]).AtLeast(LeastSpread).reciprocal();
        var line = least.Times(-0.2).Plus(1) / least.Times(-1).Plus(2).AtLeast(LeastSpread);
        var x = mean.Times(1 / threshold);
        var beyond = where(x.IsAtMost(2), line, zeros_like(line));
        return where(x.lt(least), line.Filled(0.2), beyond).Times(1 / threshold);
    }

    private static Tensor Deviation(Tensor values, double threshold) =>
        Each(values.flatten(1).to(ScalarType.Float64).var([1L], unbiased: false).sqrt().AtLeast(LeastSpread * threshold).to(values.dtype), values);

    // A number for each sample, to meet its neurons.
    private static Tensor Each(Tensor numbers, Tensor like) => numbers.view([-1, .. Enumerable.Repeat(1L, (int)like.dim() - 1)]);

    /// <summary>A derivative at every step, by what the membranes are above the threshold, [B, ...].</summary>
    private sealed class Stepwise(Func<Tensor, Model.SpikeRule, Tensor> derivative) : SpikeGradient
    {
        public override Tensor Fire(Tensor current, StepFactors factors, int steps, bool constant) =>
            NeuronForward.Fire(current, factors, steps, constant, derivative);
    }

    /// <summary>The mean over time of what arrives, to every step alike, times what a neuron's current and spikes say, [B, ...].</summary>
    private sealed class OfRates(Func<Tensor, Tensor, StepFactors, bool, Tensor> slope) : SpikeGradient
    {
        public override Tensor Fire(Tensor current, StepFactors factors, int steps, bool constant) =>
            new Function(factors, steps, constant, slope).Apply(current)[0];

        private sealed class Function(StepFactors factors, int steps, bool constant, Func<Tensor, Tensor, StepFactors, bool, Tensor> slope) : AutogradFunction
        {
            protected internal override Tensor[] Forward(Tensor?[] inputs)
            {
                var spikes = NeuronForward.Fire(inputs[0]!, factors, steps, constant);
                Save(slope(inputs[0]!, spikes, factors, constant));
                return [spikes];
            }

            protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients)
            {
                var all = gradients[0].sum([0L]) * saved[0]!;
                return [constant ? all : all.Over(steps).unsqueeze(0).expand_as(gradients[0])];
            }
        }
    }

    private sealed class OfAverages : SpikeGradient
    {
        public override Tensor Fire(Tensor current, StepFactors factors, int steps, bool constant) =>
            NeuronForward.Fire(constant ? current : new Mean().Apply(current)[0], factors, steps, constant, Triangle, forgets: true);

        private static Tensor Triangle(Tensor x, Model.SpikeRule rule)
        {
            var width = Reach(x, rule);
            return width.Minus(x.abs()).AtLeast(0) / width.Squared();
        }

        // The values as they are, and to each step the mean of what arrives.
        private sealed class Mean : AutogradFunction
        {
            protected internal override Tensor[] Forward(Tensor?[] inputs) => [inputs[0]!.clone()];

            protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients) =>
                [gradients[0].mean([0L]).unsqueeze(0).expand_as(gradients[0])];
        }
    }
}
