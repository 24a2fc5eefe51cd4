using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>A network as it is deployed, seen from outside: what a checker of certificates must know of it without knowing how it works.</summary>
public interface IDeployedNetwork
{
    /// <summary>What the compiler knows of it: its name, its architecture's text and hash, how inputs are encoded.</summary>
    NetworkDescription Description { get; }

    /// <summary>T, the number of steps that it runs for.</summary>
    int Steps { get; }

    /// <summary>The seed of Poisson encoding.</summary>
    long EncodingSeed { get; }

    /// <summary>All weights by their names in a file; the tensors are the network's own.</summary>
    IReadOnlyDictionary<string, Tensor> Weights { get; }

    /// <summary>The logits of a batch as the network runs once it is trained, whichever mode it is in; no gradients are kept.</summary>
    /// <param name="input">Pixels [B, ...] in [0, 1], or event frames [T, B, ...] for the spikes encoding, of any type and on any device.</param>
    /// <param name="indices">B indices of the samples in their data set, which Poisson noise depends on; null for 0..B-1.</param>
    /// <returns>[B, classes].</returns>
    /// <exception cref="ArgumentException">The shape does not fit the declared input.</exception>
    Tensor Deployed(Tensor input, ReadOnlyMemory<long>? indices = null);
}
