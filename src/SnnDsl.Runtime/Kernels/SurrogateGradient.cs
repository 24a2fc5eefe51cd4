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
    public static Tensor Spike(Tensor membranes, NeuronParameters neuron) => SpikeFunction.apply(membranes, neuron);

    private sealed class SpikeFunction : autograd.SingleTensorFunction<SpikeFunction>
    {
        public override string Name => nameof(SpikeFunction);

        public override Tensor forward(autograd.AutogradContext context, params object[] variables)
        {
            var (membranes, neuron) = ((Tensor)variables[0], (NeuronParameters)variables[1]);
            context.save_for_backward([membranes]);
            context.save_data("neuron", neuron);
            return (membranes > neuron.Threshold).to(membranes.dtype);
        }

        public override List<Tensor> backward(autograd.AutogradContext context, Tensor gradient) =>
            [gradient * Derivative(context.get_saved_variables()[0], (NeuronParameters)context.get_data("neuron")), null!];
    }
}
