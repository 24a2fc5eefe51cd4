using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>The network step by step in torch operations, left to autograd.</summary>
internal sealed class EagerNetwork(Blueprint blueprint, Func<string, Tensor?> parameter)
{
    /// <summary>All that happened: logits [B, classes], and each spiking layer's membranes and spikes, [T, B, ...].</summary>
    public sealed record Trace(Tensor Logits, IReadOnlyList<Tensor> Membranes, IReadOnlyList<Tensor> Spikes);

    /// <summary>Runs encoded input: [B, ...] under direct encoding, else [T, B, ...].</summary>
    public Trace Run(Tensor encoded, int steps)
    {
        var rests = new Tensor?[blueprint.Stages.Count];
        var membranes = blueprint.Stages.Select(_ => new List<Tensor>()).ToArray();
        var spikes = blueprint.Stages.Select(_ => new List<Tensor>()).ToArray();
        Tensor? logits = null, sum = null, synaptic = null;
        for (int t = 0; t < steps; t++)
        {
            var x = blueprint.Encoding == Encoding.Direct ? encoded : encoded[t];
            for (int i = 0; i < blueprint.Stages.Count; i++)
            {
                var stage = blueprint.Stages[i];
                var current = stage.Maps.Aggregate(x, (value, map) => map.Run(value, parameter));
                var u = rests[i] is { } rest ? rest * stage.Neuron.Decay + current : current;
                x = stage.Neuron.Spike(u);
                rests[i] = stage.Neuron.Rest(u, x);
                membranes[i].Add(u);
                spikes[i].Add(x);
            }

            var value = blueprint.Tail.Aggregate(x, (value, map) => map.Run(value, parameter));
            value = synaptic = synaptic is null || blueprint.SynapticDecay == 0 ? value : synaptic * blueprint.SynapticDecay + value;
            logits = logits is null ? value
                : blueprint.MembraneDecay is { } decay ? logits * decay + value
                : logits + value;
            sum = sum is null ? logits : sum + logits;
        }

        return new(
            blueprint.MeanMembrane ? sum! / steps : blueprint.MembraneDecay is null ? logits! / steps : logits!,
            [.. membranes.Select(steps => stack(steps))],
            [.. spikes.Select(steps => stack(steps))]);
    }
}
