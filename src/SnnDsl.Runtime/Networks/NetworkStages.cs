using SnnDsl.Affine;
using SnnDsl.Bounds;

namespace SnnDsl.Networks;

/// <summary>
/// A network as data, for what walks through any network: spiking layers in order, each with the affine map before it; then what makes
/// logits of the last spikes.
/// </summary>
/// <param name="Spiking">The spiking layers.</param>
/// <param name="Tail">The map after the last spiking layer; null where its spikes themselves are read out.</param>
/// <param name="MembraneDecay">
/// The decay of a readout by the last membrane, logits = sum_t decay^(T-1-t) x[t]; null for the mean over time.
/// </param>
/// <param name="MeanMembrane">Whether that readout is by the mean of the membrane over time instead.</param>
public sealed record NetworkStages(IReadOnlyList<NetworkStage> Spiking, AffineMap? Tail, float? MembraneDecay, bool MeanMembrane = false)
{
    /// <summary>What step t of x weighs in the logits, for t in 0..T-1.</summary>
    /// <param name="steps">T.</param>
    public double[] ReadoutWeights(int steps) => MembraneDecay is { } decay
        ? LinearForm.MembraneWeights(decay, MeanMembrane, steps)
        : [.. Enumerable.Repeat(1.0 / steps, steps)];

    /// <summary>At most how many float32 operations a value that is read out meets.</summary>
    /// <param name="steps">T.</param>
    internal int ReadoutRoundings(int steps) => ((MeanMembrane ? 3 : 2) * steps) + 2;
}
