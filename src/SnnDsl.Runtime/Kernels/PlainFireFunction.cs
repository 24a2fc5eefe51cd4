using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// Forward and surrogate backward of a spiking layer in TorchSharp operations, for float64, and for CUDA without NVRTC: current, neuron, steps, constant.
/// The same recursions as the fused kernels', one operation at a time.
/// </summary>
internal sealed class PlainFireFunction : autograd.SingleTensorFunction<PlainFireFunction>
{
    public override string Name => nameof(PlainFireFunction);

    public override Tensor forward(autograd.AutogradContext context, params object[] variables)
    {
        var (current, neuron, steps, constant) =
            ((Tensor)variables[0], (NeuronParameters)variables[1], (int)variables[2], (bool)variables[3]);
        using var scope = NewDisposeScope();
        var membranes = new Tensor[steps];
        var spikes = new Tensor[steps];
        Tensor? rest = null;
        for (int t = 0; t < steps; t++)
        {
            var input = constant ? current : current[t];
            var u = rest is null ? input : rest * neuron.Decay + input;
            var s = (u > neuron.Threshold).to(u.dtype);
            rest = neuron.Reset == Reset.Hard ? u * (1 - s) + s * neuron.ResetValue : u - s * neuron.Threshold;
            (membranes[t], spikes[t]) = (u, s);
        }

        context.save_for_backward([stack(membranes).MoveToOuterDisposeScope()]);
        context.save_data("neuron", neuron);
        context.save_data("constant", constant);
        return stack(spikes).MoveToOuterDisposeScope();
    }

    public override List<Tensor> backward(autograd.AutogradContext context, Tensor spikeGradients)
    {
        var neuron = (NeuronParameters)context.get_data("neuron");
        bool constant = (bool)context.get_data("constant");
        using var scope = NewDisposeScope();
        var membranes = context.get_saved_variables()[0];
        int steps = (int)membranes.size(0);
        var gradients = new Tensor[steps];
        for (int t = steps - 1; t >= 0; t--)
        {
            var u = membranes[t];
            var surrogate = SurrogateGradient.Derivative(u, neuron);
            var gradient = spikeGradients[t] * surrogate;
            if (t < steps - 1)
            {
                // dr/du, the reset's own dependence on the spike included.
                var reset = neuron.Reset == Reset.Hard
                    ? (u <= neuron.Threshold).to(u.dtype) + (neuron.ResetValue - u) * surrogate
                    : 1 - surrogate * neuron.Threshold;
                gradient = gradient + gradients[t + 1] * neuron.Decay * reset;
            }

            gradients[t] = gradient;
        }

        var all = stack(gradients);
        return [(constant ? all.sum(0L) : all).MoveToOuterDisposeScope(), null!, null!, null!];
    }
}
