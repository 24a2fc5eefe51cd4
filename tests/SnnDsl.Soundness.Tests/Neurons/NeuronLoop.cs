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
    private readonly SpikingAttribute[] neurons = [.. module.GetType().GetCustomAttributes<SpikingAttribute>()];

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
            var (spikes, guard) = Fire(neurons[layer], currents, Decay(layer), InverseThreshold(layer), Back(module, neurons[layer]));
            values = spikes;
            guards.Add(stack(guard));
        }

        Tensor[] outputs = stages.Tail is { } tail ? [.. values.Select(tail.Apply)] : values;
        if (stages.MembraneDecay is not { } decay)
        {
            return new(stack(outputs).mean([0L]), guards);
        }

        var readout = module.GetType().GetCustomAttribute<LiAttribute>();
        var current = outputs[0];
        List<Tensor> membranes = [current];
        foreach (var output in outputs.Skip(1))
        {
            current = readout is { SynapticDecay: not 0 and var synaptic } ? current * synaptic + output : output;
            membranes.Add(membranes[^1] * decay + current);
        }

        return new(readout is { Mean: true } ? stack(membranes).mean([0L]) : membranes[^1], guards);
    }

    // The decay that a layer has learned, rounded once to what the network runs in; null for those that learn none.
    private Tensor? Decay(int layer) => neurons[layer] is PlifAttribute learned && module.get_parameter($"{learned.Name}.decay_logit") is { } logit
        ? logit.to(ScalarType.Float64).sigmoid().to(logit.dtype)
        : null;

    // What a current weighs where the threshold is learned, in the same way.
    private Tensor? InverseThreshold(int layer) => neurons[layer] is PlifAttribute { LearnThreshold: true } learned && module.get_parameter($"{learned.Name}.threshold_log") is { } log
        ? (-log.to(ScalarType.Float64)).exp().to(log.dtype)
        : null;

    /// <summary>What comes back of a layer's spikes one step later; null where nothing does.</summary>
    public static Func<Tensor, Tensor>? Back(SpikingModule module, SpikingAttribute layer)
    {
        if (!layer.Recurrent)
        {
            return null;
        }

        Tensor weight = module.get_parameter($"{layer.Name}.recurrent.weight")!;
        return layer.RecurrentDiagonal ? spikes => spikes * weight : spikes => nn.functional.linear(spikes, weight);
    }

    /// <summary>One layer of neurons over all steps: spikes, and what they compare with their threshold.</summary>
    public static (Tensor[] Spikes, Tensor[] Guards) Fire(SpikingAttribute layer, Tensor[] currents, Tensor? learned = null, Tensor? inverse = null, Func<Tensor, Tensor>? back = null)
    {
        var zero = zeros_like(currents[0]);
        Tensor u = zero, i = zero, b = zero;
        List<Tensor> spikes = [], guards = [];
        var neuron = Constants.Of(layer);
        foreach (var own in currents)
        {
            var current = back is null || spikes.Count == 0 ? own : own + back(spikes[^1]);
            var input = current * neuron.Gain;
            Tensor guard;
            switch (layer)
            {
                case NeuronAttribute { Neuron: var type } when type == typeof(Tired):
                    (u, b) = (u * 0.75 + input - b * 0.25, b * 0.5);
                    guard = u;
                    break;
                case NeuronAttribute:
                    i = i * 0.5 + input / 2;
                    u = u * 0.875 + i;
                    guard = u * 2 - i;
                    break;
                case PlifAttribute parametric:
                    var weight = parametric.DecayInput ? 1 - learned! : ones_like(learned!);
                    guard = u = u * learned! + (inverse is null ? weight : weight * inverse) * current;
                    break;
                case SynapticAttribute synaptic:
                    i = i * (float)synaptic.SynapticDecay + input;
                    guard = u = u * neuron.Decay + i;
                    break;
                case AlifAttribute adaptive:
                    u = u * neuron.Decay + input;
                    guard = u - b * (float)adaptive.Adaptation;
                    break;
                case ResonateAndFireAttribute turning:
                    double cos = (float)((float)turning.Decay * Math.Cos((float)turning.Angle)), sin = (float)((float)turning.Decay * Math.Sin((float)turning.Angle));
                    (u, i) = (u * cos - i * sin + input, u * sin + i * cos);
                    guard = u;
                    break;
                default:
                    guard = u = u * neuron.Decay + input;
                    break;
            }

            var s = Spike(guard, neuron);
            var resets = layer.DetachReset ? s.detach() : s;
            if (layer is NeuronAttribute code)
            {
                (u, i, b) = code.Neuron == typeof(Tired)
                    ? (u * (1 - resets), i, b + resets)
                    : (u - resets * 0.5, (1 - resets) * (i - i * 0.125) + resets * (i * 0.5 + u * 0.25), b);
                spikes.Add(s);
                guards.Add(guard);
                continue;
            }

            u = neuron.Reset switch
            {
                Reset.Soft => u - resets * neuron.Threshold,
                Reset.Hard => u * (1 - resets) + resets * neuron.ResetValue,
                _ => u,
            };
            i = layer is ResonateAndFireAttribute && neuron.Reset == Reset.Hard ? i * (1 - resets) : i;
            b = layer is AlifAttribute lifted ? b * (float)lifted.AdaptationDecay + resets : b;
            spikes.Add(s);
            // Fused neurons keep the membrane in units of the gain.
            guards.Add(layer is LifAttribute { AtOrAbove: false, Reset: not Reset.None, Recurrent: false } ? guard / neuron.Gain : guard);
        }

        return ([.. spikes], [.. guards]);
    }

    // 1 above the threshold; autograd sees the surrogate as its derivative.
    private static Tensor Spike(Tensor guard, Constants neuron)
    {
        var x = guard.detach() - neuron.Threshold;
        double w = neuron.Width;
        var slope = neuron.Surrogate switch
        {
            Surrogate.Rectangular => (x.abs() < w / 2).to(x.dtype) / w,
            Surrogate.Triangular => (1 - x.abs() / w).clamp(min: 0) / w,
            Surrogate.Arctan => 1 / (w * (1 + (x * Math.PI / w).pow(2))),
            Surrogate.Sigmoid => (x / w).sigmoid() * (-x / w).sigmoid() / w,
            Surrogate.Gaussian => (-0.5 * (x / w).pow(2)).exp() / (w * Math.Sqrt(2 * Math.PI)),
            Surrogate.Erf => (-(x / w).pow(2)).exp() / (w * Math.Sqrt(Math.PI)),
            Surrogate.PiecewiseExponential => (-x.abs() / w).exp() / (2 * w),
            Surrogate.StraightThrough => ones_like(x),
            _ => 1 / (2 * w * (1 + x.abs() / w).pow(2)),
        };
        return (neuron.AtOrAbove ? x >= 0 : x > 0).to(x.dtype) + slope * (guard - guard.detach());
    }

    // What an attribute says, in float32 as its documentation promises.
    private sealed record Constants(
        double Threshold, double Decay, double Gain, Reset Reset, double ResetValue, bool AtOrAbove, Surrogate Surrogate, double Width)
    {
        public static Constants Of(SpikingAttribute layer)
        {
            double Width(double own) => layer.SurrogateWidth == 0 ? own : (float)layer.SurrogateWidth;
            Constants With(MembraneAttribute membrane, double threshold, double decay, double tau, bool scales, double value) => new(
                (float)threshold, tau == 0 ? (float)decay : (float)(1 - 1 / tau), !scales ? 1 : tau == 0 ? 1 - (double)(float)decay : 1 / tau,
                membrane.Reset, (float)value, membrane.AtOrAbove, membrane.Surrogate, Width(membrane.Surrogate switch
                {
                    Surrogate.FastSigmoid or Surrogate.PiecewiseExponential => 0.5,
                    Surrogate.Sigmoid => 0.25,
                    Surrogate.Gaussian => (float)(1 / Math.Sqrt(2 * Math.PI)),
                    Surrogate.Erf => (float)(1 / Math.Sqrt(Math.PI)),
                    _ => 1,
                }));
            return layer switch
            {
                NeuronAttribute { Neuron: var own } n => new(
                    own == typeof(Tired) ? 0.5 : 0.625, 0, 1, Reset.None, 0, own != typeof(Tired), n.Surrogate, Width(n.Surrogate == Surrogate.FastSigmoid ? 0.5 : 1)),
                SynapticAttribute n => With(n, n.Threshold, n.Decay, n.Tau, false, n.ResetValue),
                AlifAttribute n => With(n, n.Threshold, n.Decay, n.Tau, n.DecayInput, n.ResetValue),
                ResonateAndFireAttribute n => With(n, n.Threshold, 0, 0, false, 0),
                PlifAttribute n => With(n, n.LearnThreshold ? 1 : n.Threshold, 0, 0, false, n.ResetValue),
                IfAttribute n => With(n, n.Threshold, 1, 0, false, n.ResetValue),
                LifAttribute n => With(n, n.Threshold, n.Decay, n.Tau, n.DecayInput, n.ResetValue),
                _ => throw new ArgumentException($"There is no neuron {layer}."),
            };
        }
    }
}
