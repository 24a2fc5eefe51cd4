using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// Bounds of spiking neurons in TorchSharp operations, differentiated by autograd: for float64, for CUDA without NVRTC, and for
/// lines with optimised slopes and phases.
/// </summary>
internal static class PlainNeuron
{
    /// <summary>Interval bounds; see <see cref="NeuronKernel.Intervals"/>.</summary>
    public static (Interval Spikes, Interval Membranes) Intervals(Interval current, NeuronParameters neuron, int steps, bool constant)
    {
        var (lowerSpikes, upperSpikes) = (new Tensor[steps], new Tensor[steps]);
        var (lowerMembranes, upperMembranes) = (new Tensor[steps], new Tensor[steps]);
        Tensor? lowerRest = null, upperRest = null;
        for (int t = 0; t < steps; t++)
        {
            WalkLimit.ThrowIfOver();
            var l = constant ? current.Lower : current.Lower[t];
            var u = constant ? current.Upper : current.Upper[t];
            if (lowerRest is not null && upperRest is not null)
            {
                l = lowerRest.Times(neuron.Decay).Plus(l);
                u = upperRest.Times(neuron.Decay).Plus(u);
            }

            (lowerMembranes[t], upperMembranes[t]) = (l, u);
            lowerSpikes[t] = SurrogateGradient.Spike(l, neuron);
            upperSpikes[t] = SurrogateGradient.Spike(u, neuron);
            (lowerRest, upperRest) = Rest(new(l, u), neuron);
        }

        return (new(stack(lowerSpikes), stack(upperSpikes)), new(stack(lowerMembranes), stack(upperMembranes)));
    }

    /// <summary>The interval of the reset value r of membranes in an interval.</summary>
    /// <param name="membrane">u before the reset, at one step.</param>
    /// <param name="neuron">The neurons' constants.</param>
    public static Interval Rest(Interval membrane, NeuronParameters neuron)
    {
        var (l, u) = membrane;
        float th = neuron.Threshold;
        var threshold = tensor(th, l.dtype, l.device);
        var (silent, fires) = (u <= threshold, l > threshold);
        if (neuron.Reset == Reset.Hard)
        {
            var v0 = l.Filled(neuron.ResetValue);
            return new(
                where(silent, l, where(fires, v0, l.AtMost(neuron.ResetValue))),
                where(silent, u, where(fires, v0, u.Filled(Math.Max(th, neuron.ResetValue)))));
        }

        return new(
            where(silent, l, where(fires, l - threshold, l.AtMost(0))),
            where(silent, u, where(fires, u - threshold, (u - threshold).AtLeast(th))));
    }

    /// <summary>Linear relaxation; see <see cref="NeuronKernel.Relax"/>.</summary>
    public static LinearForm Relax(
        LinearForm form, Interval membranes, NeuronParameters neuron, LinearQuery query, int layer, bool sum)
    {
        int steps = form.Steps;
        var coefficients = new Tensor[steps];
        var chosen = new Tensor?[steps];
        Tensor? constants = null;
        var reference = form.Membrane ?? form.Spikes![0];
        var none = zeros_like(reference);
        long[] neuronDimensions = [.. Enumerable.Range(2, (int)reference.dim() - 2).Select(d => (long)d)];
        for (int t = steps - 1; t >= 0; t--)
        {
            WalkLimit.ThrowIfOver();
            var onSpike = form.Spikes is null ? none : form.Spikes[t];
            var onRest = t == steps - 1 ? none : coefficients[t + 1].Times(neuron.Decay);
            var step = new NeuronLine.Step(
                onSpike, onRest, membranes.Lower[t].unsqueeze(1), membranes.Upper[t].unsqueeze(1),
                query.Slopes?[layer]?[t], query.Phases?[layer]?[t].unsqueeze(1), query.Multipliers?[layer]?[t])
            {
                Share = query.Start?.Share,
            };
            var (slope, intercept) = NeuronLine.Below(step, neuron, query.Rule);
            coefficients[t] = t == steps - 1 && form.Membrane is not null ? slope.Plus(form.Membrane) : slope;
            chosen[t] = step.Chosen;
            var constant = intercept.sum(neuronDimensions);
            constants = constants is null ? constant : constants.Plus(constant);
        }

        if (query.Start is { } start)
        {
            start.Slopes[layer] = stack(chosen.Select(slope => slope!));
        }

        var all = stack(coefficients);
        if (query.Trace is { } trace)
        {
            trace.Slopes[layer] = all.detach();
        }

        return form.OnCurrents(sum ? all.sum(0L) : all, constants!);
    }
}
