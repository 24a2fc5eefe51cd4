using System.Collections;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>What a network has learned, layer by layer: <c>network.Weights["fc1"].Weight</c>. The tensors are the network's own.</summary>
public sealed class NetworkWeights : IReadOnlyCollection<LayerWeights>
{
    private readonly NetworkDescription network;
    private readonly ILookup<string, KeyValuePair<string, Tensor>> tensors;

    internal NetworkWeights(SpikingModule network)
    {
        this.network = network.Description;
        // A state dictionary's names are the layer's and, behind a dot, the tensor's.
        tensors = network.state_dict().ToLookup(entry => entry.Key[..entry.Key.IndexOf('.')]);
    }

    /// <summary>The tensors of one layer.</summary>
    /// <param name="layer">Its name.</param>
    /// <exception cref="KeyNotFoundException">The network has no such layer, or that layer holds no tensors; the message lists those that do.</exception>
    public LayerWeights this[string layer] => tensors.Contains(layer)
        ? Of(layer)
        : throw new KeyNotFoundException(
            (network.Layers.FirstOrDefault(other => other.Name == layer) is { } other
                ? $"The layer '{layer}' of {network.Name} is {other.Kind} and holds no weights"
                : $"{network.Name} has no layer '{layer}'")
            + $"; those with weights are {string.Join(", ", this.Select(entry => entry.Layer))}.");

    /// <summary>How many layers hold tensors.</summary>
    public int Count => tensors.Count;

    /// <inheritdoc/>
    public IEnumerator<LayerWeights> GetEnumerator() => network.Layers.Where(layer => tensors.Contains(layer.Name)).Select(layer => Of(layer.Name)).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private LayerWeights Of(string layer) => new(layer, tensors[layer].ToDictionary(entry => entry.Key[(layer.Length + 1)..], entry => entry.Value));
}
