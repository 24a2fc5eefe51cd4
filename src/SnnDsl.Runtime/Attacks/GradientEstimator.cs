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
    public static GradientEstimator Rates { get; } = new("rates", new OfRates());

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
        var distance = x.abs();
        var width = Each(distance.flatten(1).mean([1L]), x).Plus(Deviation(distance, rule.Threshold).Times(1.5));
        return (x.Times(Math.PI) / width).Squared().Plus(1).reciprocal() / width;
    }));

    /// <summary>All of them.</summary>
    public static IReadOnlyList<GradientEstimator> All { get; } = [Surrogate, Rates, Spread, Sharpness];

    /// <summary>The name in commands and reports: "rates".</summary>
    public string Name { get; }

    /// <summary>What spikes are given; null for their own.</summary>
    internal SpikeGradient? Gradient { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>What an attack by these gradients is called: "pgd", or "pgd-rates".</summary>
    internal string Named(string attack) => this == Surrogate ? attack : $"{attack}-{Name}";

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

    private sealed class OfRates : SpikeGradient
    {
        public override Tensor Fire(Tensor current, StepFactors factors, int steps, bool constant) =>
            new Function(factors, steps, constant).Apply(current)[0];

        private sealed class Function(StepFactors factors, int steps, bool constant) : AutogradFunction
        {
            protected internal override Tensor[] Forward(Tensor?[] inputs)
            {
                var spikes = NeuronForward.Fire(inputs[0]!, factors, steps, constant);
                Save(spikes);
                return [spikes];
            }

            protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients)
            {
                var all = gradients[0].sum([0L]) * saved[0]!.amax([0L]);
                return [constant ? all : all.Over(steps).unsqueeze(0).expand_as(gradients[0])];
            }
        }
    }
}
