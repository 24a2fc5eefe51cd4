using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>What one layer has learned. The tensors are the network's own: what is copied into them, it runs with.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Tensors">
/// All of them by their names within the layer: weight and bias, running statistics of a normalisation, decay_logit of neurons that learn their decay,
/// recurrent.weight of neurons whose spikes come back.
/// </param>
public sealed record LayerWeights(string Layer, IReadOnlyDictionary<string, Tensor> Tensors)
{
    /// <summary>The weight: [outputs, inputs] of a fully connected layer, [output channels, input channels of a group, kernel...] of a convolution; its shape is PyTorch's.</summary>
    /// <exception cref="KeyNotFoundException">The layer has none; the message lists what it has.</exception>
    public Tensor Weight => Tensors.TryGetValue("weight", out var weight)
        ? weight
        : throw new KeyNotFoundException($"The layer '{Layer}' has no weight; it has {string.Join(", ", Tensors.Keys)}.");

    /// <summary>The bias, [outputs] or [output channels]; null where the layer has none.</summary>
    public Tensor? Bias => Tensors.GetValueOrDefault("bias");
}
