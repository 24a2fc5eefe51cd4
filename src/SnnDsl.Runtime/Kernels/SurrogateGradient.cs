using SnnDsl.Autograd;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>The surrogates as TorchSharp operations, and a spike whose derivative they are.</summary>
internal static class SurrogateGradient
{
    /// <summary>s'(u), element by element; the formulas are those of <see cref="Surrogate"/>.</summary>
    public static Tensor Derivative(Tensor membranes, NeuronParameters neuron)
    {
        var x = membranes.Plus(-neuron.Threshold);
        double w = neuron.SurrogateWidth;
        return neuron.Surrogate switch
        {
            Surrogate.Rectangular => x.abs().IsBelow(w / 2).to(x.dtype).Over(w),
            Surrogate.Triangular => x.abs().Over(w).TakenFrom(1).AtLeast(0).Over(w),
            Surrogate.Arctan => x.Times(Math.PI / w).square().Plus(1).reciprocal().Over(w),
            Surrogate.FastSigmoid => x.abs().Over(w).Plus(1).square().reciprocal().Over(2 * w),
            Surrogate.StraightThrough => ones_like(x),
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
            return [membranes.IsAbove(neuron.Threshold).to(membranes.dtype)];
        }

        protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients) => [gradients[0] * Derivative(saved[0]!, neuron)];
    }
}
