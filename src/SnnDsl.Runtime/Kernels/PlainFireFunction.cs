using SnnDsl.Autograd;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// Forward and surrogate backward of a spiking layer in TorchSharp operations, for float64, and for CUDA without NVRTC: currents to spikes.
/// The same recursions as the fused kernels', one operation at a time.
/// </summary>
/// <param name="neuron">The neurons' constants.</param>
/// <param name="steps">T.</param>
/// <param name="constant">Whether the current is the same at every step.</param>
internal sealed class PlainFireFunction(NeuronParameters neuron, int steps, bool constant) : AutogradFunction
{
    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var current = inputs[0]!;
        var membranes = new Tensor[steps];
        var spikes = new Tensor[steps];
        Tensor? rest = null;
        for (int t = 0; t < steps; t++)
        {
            var input = constant ? current : current[t];
            var u = rest is null ? input : rest.Times(neuron.Decay).Plus(input);
            var s = u.IsAbove(neuron.Threshold).to(u.dtype);
            rest = neuron.Reset == Reset.Hard
                ? (u * s.TakenFrom(1)).Plus(s.Times(neuron.ResetValue))
                : u.Minus(s.Times(neuron.Threshold));
            (membranes[t], spikes[t]) = (u, s);
        }

        Save(stack(membranes));
        return [stack(spikes)];
    }

    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] spikeGradients)
    {
        var membranes = saved[0]!;
        var gradients = new Tensor[steps];
        for (int t = steps - 1; t >= 0; t--)
        {
            var u = membranes[t];
            var surrogate = SurrogateGradient.Derivative(u, neuron);
            var gradient = spikeGradients[0][t] * surrogate;
            if (t < steps - 1)
            {
                // dr/du, the reset's own dependence on the spike included, unless it is detached.
                var stays = neuron.Reset == Reset.Hard ? u.IsAtMost(neuron.Threshold).to(u.dtype) : ones_like(u);
                var reset = neuron.DetachesReset ? stays
                    : neuron.Reset == Reset.Hard ? stays.Plus(u.TakenFrom(neuron.ResetValue) * surrogate)
                    : surrogate.Times(neuron.Threshold).TakenFrom(1);
                gradient = gradient.Plus(gradients[t + 1].Times(neuron.Decay) * reset);
            }

            gradients[t] = gradient;
        }

        var all = stack(gradients);
        return [constant ? all.sum(0L) : all];
    }
}
