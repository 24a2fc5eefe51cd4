using SnnDsl.Autograd;
using SnnDsl.Model;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>The surrogates as TorchSharp operations, and a spike whose derivative they are.</summary>
internal static class SurrogateGradient
{
    /// <summary>s'(u), element by element; the formulas are those of <see cref="Surrogate"/>.</summary>
    public static Tensor Derivative(Tensor membranes, NeuronParameters neuron) => Derivative(membranes, Rule(neuron));

    /// <summary>1 where a membrane is above the threshold, with the surrogate as its derivative.</summary>
    public static Tensor Spike(Tensor membranes, NeuronParameters neuron) => Spike(membranes, Rule(neuron));

    /// <summary>1 where a neuron fires, with the surrogate as its derivative.</summary>
    /// <param name="guard">What is compared with the threshold.</param>
    /// <param name="rule">When it fires.</param>
    /// <param name="derivative">What stands for the derivative in the surrogate's place, of what is above the threshold and the rule; null for the surrogate.</param>
    public static Tensor Spike(Tensor guard, SpikeRule rule, Func<Tensor, SpikeRule, Tensor>? derivative = null) => new SpikeFunction(rule, derivative).Apply(guard)[0];

    private static Tensor Derivative(Tensor guard, SpikeRule rule)
    {
        var x = guard.Plus(-rule.Threshold);
        double w = rule.Width;
        return (Surrogate)rule.Surrogate switch
        {
            Surrogate.Rectangular => x.abs().IsBelow(w / 2).to(x.dtype).Over(w),
            Surrogate.Triangular => x.abs().Over(w).TakenFrom(1).AtLeast(0).Over(w),
            Surrogate.Arctan => x.Times(Math.PI / w).Squared().Plus(1).reciprocal().Over(w),
            Surrogate.FastSigmoid => x.abs().Over(w).Plus(1).Squared().reciprocal().Over(2 * w),
            Surrogate.StraightThrough => ones_like(x),
            Surrogate.Sigmoid => Logistic(x.abs().Over(-w).exp()).Over(w),
            Surrogate.Gaussian => x.Over(w).Squared().Times(-0.5).exp().Over(w * Math.Sqrt(2 * Math.PI)),
            Surrogate.Erf => x.Over(w).Squared().Times(-1).exp().Over(w * Math.Sqrt(Math.PI)),
            Surrogate.PiecewiseExponential => x.abs().Over(-w).exp().Over(2 * w),
            _ => throw new ArgumentOutOfRangeException(nameof(rule), rule.Surrogate, "There is no such surrogate."),
        };
    }

    private static Tensor Logistic(Tensor e) => e / e.Plus(1).Squared();

    private static SpikeRule Rule(NeuronParameters neuron) =>
        new(neuron.Threshold, (SurrogateFunction)neuron.Surrogate, neuron.SurrogateWidth);

    private sealed class SpikeFunction(SpikeRule rule, Func<Tensor, SpikeRule, Tensor>? derivative) : AutogradFunction
    {
        protected internal override Tensor[] Forward(Tensor?[] inputs)
        {
            var guard = inputs[0]!;
            Save(guard);
            return [(rule.FiresAtThreshold ? guard.IsAtLeast(rule.Threshold) : guard.IsAbove(rule.Threshold)).to(guard.dtype)];
        }

        protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] gradients) =>
            [gradients[0] * (derivative is null ? Derivative(saved[0]!, rule) : derivative(saved[0]!.Plus(-rule.Threshold), rule))];
    }
}
