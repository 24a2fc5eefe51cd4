using SnnDsl.Autograd;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>The surrogates as TorchSharp operations, and a spike whose derivative they are.</summary>
internal static class SurrogateGradient
{
    /// <summary>s'(u), element by element; the formulas are those of <see cref="Surrogate"/>.</summary>
    public static Tensor Derivative(Tensor membranes, NeuronParameters neuron)
    {
        var x = membranes - neuron.Threshold;
        double w = neuron.SurrogateWidth;
        return neuron.Surrogate switch
        {
            Surrogate.Rectangular => (x.abs() < w / 2).to(x.dtype) / w,
            Surrogate.Triangular => (1 - x.abs() / w).clamp(min: 0) / w,
            Surrogate.Arctan => (1 + (x * (Math.PI / w)).square()).reciprocal() / w,
            Surrogate.FastSigmoid => (1 + x.abs() / w).square().reciprocal() / (2 * w),
            _ => throw new ArgumentOutOfRangeException(nameof(neuron), neuron.Surrogate, "There is no such surrogate."),
        };
    }

    /// <summary>1 where a membrane is above the threshold, with the surrogate as its derivative.</summary>
    public static Tensor Spike(Tensor membranes, NeuronParameters neuron) => new SpikeFunction(neuron).Apply(membranes)[0];

    private sealed class SpikeFunction(NeuronParameters neuron) : AutogradFunction
    {
        protected internal override Tensor[] Forward(Tensor?[] inputs)
        {
            var membranes = inputs[0]!;
            Save(membranes);
            return [(membranes > neuron.Threshold).to(membranes.dtype)];
        }

        protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients) => [gradients[0] * Derivative(saved[0]!, neuron)];
    }
}
