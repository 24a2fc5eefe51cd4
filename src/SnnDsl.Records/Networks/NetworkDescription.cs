using System.Security.Cryptography;

namespace SnnDsl.Networks;

/// <summary>What the compiler knows of a network, at run time: tables, certificates and error messages are made of it.</summary>
public sealed record NetworkDescription
{
    /// <summary>The class's name.</summary>
    public required string Name { get; init; }

    /// <summary>T as declared.</summary>
    public required int TimeSteps { get; init; }

    /// <summary>How inputs are encoded.</summary>
    public required Encoding Encoding { get; init; }

    /// <summary>The shape of one sample, without batch and time.</summary>
    public required IReadOnlyList<long> InputShape { get; init; }

    /// <summary>How many classes the logits tell apart.</summary>
    public required int Classes { get; init; }

    /// <summary>Whether logits are firing rates: spike counts over T, so that interval bounds of them are exact integers over T.</summary>
    public required bool ReadsSpikes { get; init; }

    /// <summary>How the last layer's outputs become logits, as mathematics in one line.</summary>
    public required string Readout { get; init; }

    /// <summary>The layers in order.</summary>
    public required IReadOnlyList<LayerDescription> Layers { get; init; }

    /// <summary>The canonical text of the architecture: encoding, T, input, and every layer with all its constants.</summary>
    public required string Architecture { get; init; }

    /// <summary>The SHA-256 of <see cref="Architecture"/>, in hexadecimal.</summary>
    public string ArchitectureHash => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(Architecture)));

    /// <summary>The layers whose neurons fire, in order.</summary>
    public IReadOnlyList<LayerDescription> SpikingLayers => [.. Layers.Where(layer => layer.States > 0)];

    /// <summary>How many trainable values the network holds.</summary>
    public long Parameters => Layers.Sum(layer => layer.Parameters);

    /// <summary>The synaptic operations of one sample if no value were zero; <c>Activity</c> measures how many there are.</summary>
    public long Operations => Layers.Sum(layer => layer.Operations);

    /// <summary>
    /// How many bytes a training step on the fused CPU kernels keeps of one sample for its backward pass: of a spiking layer with weights
    /// behind it the currents, float32 (once where they are the same at all steps), and the spikes, one bit each, from which membranes
    /// are computed again; of others the membranes, and the spikes where something reads them; and pooled values and what is normalised, float32; of neurons
    /// without kernels about what autograd keeps. The input and
    /// the weights are not counted.
    /// </summary>
    /// <param name="steps">T.</param>
    /// <returns>Bytes a sample.</returns>
    public long StateBytes(int steps)
    {
        long bytes = 0;
        // Under direct encoding nothing depends on t before the first neurons.
        long times = Encoding == Encoding.Direct ? 1 : steps;
        for (int i = 0; i < Layers.Count; i++)
        {
            var layer = Layers[i];
            long size = layer.OutputShape.Aggregate(1L, (product, length) => product * length);
            var next = Layers.Skip(i + 1).FirstOrDefault(other => other.Kind != "Flatten");
            if (layer.States > 0 && !layer.HasKernels)
            {
                // Autograd keeps what each operation needs: about two numbers for every state and four for the spike.
                bytes += steps * size * sizeof(float) * ((2 * layer.States) + 4);
                times = steps;
            }
            else if (layer.States > 0)
            {
                bool asBits = next?.Parameters > 0;
                long places = layer.OutputShape.Count == 3 ? layer.OutputShape[1] * layer.OutputShape[2] : 1;
                long words = places * ((layer.OutputShape[0] + 63) / 64);
                bytes += asBits
                    ? times * size * sizeof(float) + steps * words * sizeof(ulong)
                    : steps * size * sizeof(float) * (next is null ? 1 : 2);
                times = steps;
            }
            else if ((layer.Kind != "Flatten" && layer.Parameters == 0 && next is not null) || layer.Kind.StartsWith("BatchNorm", StringComparison.Ordinal))
            {
                bytes += times * size * sizeof(float);
            }
        }

        return bytes;
    }
}
