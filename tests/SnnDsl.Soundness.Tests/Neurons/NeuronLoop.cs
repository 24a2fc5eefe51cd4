using System.Reflection;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Neurons;

/// <summary>
/// A network as its attributes' documentation reads, step by step in torch with autograd: it knows the attributes, and neither the compiler nor
/// the equations.
/// </summary>
/// <param name="module">The network; its maps are applied with its own weights.</param>
internal sealed class NeuronLoop(SpikingModule module)
{
    private readonly LayerAttribute[] neurons =
        [.. module.GetType().GetCustomAttributes<LayerAttribute>().Where(layer => layer is LifAttribute or SynapticAttribute or AlifAttribute or ResonateAndFireAttribute)];

    /// <summary>Logits [B, classes], and what every layer compares with its threshold, [T, B, ...].</summary>
    public sealed record Run(Tensor Logits, IReadOnlyList<Tensor> Guards);

    /// <summary>Runs encoded input.</summary>
    public Run Fire(Tensor encoded, int steps)
    {
        var stages = module.Stages;
        Tensor[] values = [.. Enumerable.Range(0, steps).Select(t => module.Description.Encoding == Encoding.Direct ? encoded : encoded[t])];
        List<Tensor> guards = [];
        for (int layer = 0; layer < neurons.Length; layer++)
        {
            Tensor[] currents = [.. values.Select(value => stages.Spiking[layer].Map.Apply(value))];
            var (spikes, guard) = Fire(neurons[layer], currents);
            values = spikes;
            guards.Add(stack(guard));
        }

        Tensor[] outputs = stages.Tail is { } tail ? [.. values.Select(tail.Apply)] : values;
        if (stages.MembraneDecay is not { } decay)
        {
            return new(stack(outputs).mean([0L]), guards);
        }

        return new(outputs.Aggregate((membrane, output) => membrane * decay + output), guards);
    }

    /// <summary>One layer of neurons over all steps: spikes, and what they compare with their threshold.</summary>
    public static (Tensor[] Spikes, Tensor[] Guards) Fire(LayerAttribute layer, Tensor[] currents)
    {
        var zero = zeros_like(currents[0]);
        Tensor u = zero, i = zero, b = zero;
        List<Tensor> spikes = [], guards = [];
        foreach (var current in currents)
        {
            Tensor guard;
            switch (layer)
            {
                case SynapticAttribute neuron:
                    i = i * (float)neuron.SynapticDecay + current;
                    guard = u = u * (float)neuron.Decay + i;
                    break;
                case AlifAttribute neuron:
                    u = u * (float)neuron.Decay + current;
                    guard = u - b * (float)neuron.Adaptation;
                    break;
                case ResonateAndFireAttribute neuron:
                    double cos = (float)((float)neuron.Decay * Math.Cos((float)neuron.Angle)), sin = (float)((float)neuron.Decay * Math.Sin((float)neuron.Angle));
                    (u, i) = (u * cos - i * sin + current, u * sin + i * cos);
                    guard = u;
                    break;
                default:
                    guard = u = u * (float)((LifAttribute)layer).Decay + current;
                    break;
            }

            var (threshold, reset, value, surrogate, width) = Spike(layer);
            var s = Spike(guard, threshold, surrogate, width);
            u = reset == Reset.Soft ? u - s * threshold : u * (1 - s) + s * value;
            i = layer is ResonateAndFireAttribute && reset == Reset.Hard ? i * (1 - s) : i;
            b = layer is AlifAttribute adaptive ? b * (float)adaptive.AdaptationDecay + s : b;
            spikes.Add(s);
            guards.Add(guard);
        }

        return ([.. spikes], [.. guards]);
    }

    private static (float Threshold, Reset Reset, float Value, Surrogate Surrogate, double Width) Spike(LayerAttribute layer) => layer switch
    {
        SynapticAttribute n => ((float)n.Threshold, n.Reset, (float)n.ResetValue, n.Surrogate, n.SurrogateWidth),
        AlifAttribute n => ((float)n.Threshold, n.Reset, (float)n.ResetValue, n.Surrogate, n.SurrogateWidth),
        ResonateAndFireAttribute n => ((float)n.Threshold, n.Reset, 0, n.Surrogate, n.SurrogateWidth),
        LifAttribute n => ((float)n.Threshold, n.Reset, (float)n.ResetValue, n.Surrogate, n.SurrogateWidth),
        _ => throw new ArgumentException($"There is no neuron {layer}."),
    };

    // 1 above the threshold; autograd sees the surrogate as its derivative.
    private static Tensor Spike(Tensor guard, double threshold, Surrogate surrogate, double width)
    {
        var x = guard.detach() - threshold;
        double w = width == 0 ? (surrogate == Surrogate.FastSigmoid ? 0.5 : 1) : width;
        var slope = surrogate switch
        {
            Surrogate.Rectangular => (x.abs() < w / 2).to(x.dtype) / w,
            Surrogate.Triangular => (1 - x.abs() / w).clamp(min: 0) / w,
            Surrogate.Arctan => 1 / (w * (1 + (x * Math.PI / w).pow(2))),
            _ => 1 / (2 * w * (1 + x.abs() / w).pow(2)),
        };
        return (x > 0).to(x.dtype) + slope * (guard - guard.detach());
    }
}
