using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>What the neurons of one spiking layer did in a run.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Currents">What the weights before the neurons gave them, and what came back of their own spikes, [T, B, ...].</param>
/// <param name="Membranes">The membranes before the reset, u, [T, B, ...], or what other neurons than LIF compare with it: a neuron fires where it is above its threshold.</param>
/// <param name="Spikes">Zeros and ones, [T, B, ...].</param>
/// <param name="Operations">
/// Synaptic operations of each sample, float64 [B]: how many weights the values before the layer met that were not zero, each at every step at which it
/// came; pixels that are the same at every step come once. A mean counts its share.
/// </param>
/// <param name="DenseOperations">The same if no value were zero.</param>
public sealed record LayerTrace(string Name, Tensor Currents, Tensor Membranes, Tensor Spikes, Tensor Operations, double DenseOperations);
