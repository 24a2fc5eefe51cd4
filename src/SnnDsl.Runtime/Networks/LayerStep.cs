using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>What the neurons of one layer got and did at one step.</summary>
/// <param name="Name">The layer's name.</param>
/// <param name="Current">[B, ...].</param>
/// <param name="Membrane">Before the reset, [B, ...].</param>
/// <param name="Spikes">Zeros and ones, [B, ...].</param>
public sealed record LayerStep(string Name, Tensor Current, Tensor Membrane, Tensor Spikes);
