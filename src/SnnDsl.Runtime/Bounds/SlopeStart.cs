using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>
/// The slopes that a walk through a network chooses by itself, written down for an optimisation to start from. They lie between the
/// flattest sound lines and the tightest single ones: all-flat lines reproduce S-IBP, but no gradient passes them.
/// </summary>
/// <param name="share">0 for the flattest sound lines, 1 for those of the Joint rule.</param>
/// <param name="layers">How many spiking layers the network has.</param>
public sealed class SlopeStart(double share, int layers)
{
    /// <summary>0 for the flattest sound lines, 1 for those of the Joint rule.</summary>
    public double Share { get; } = share;

    /// <summary>By layer, [S, B, K, N...] in [0, 1] ([1, B, K, N...] for lines of whole trains), once the walk has passed; null for layers
    /// that it did not reach.</summary>
    public Tensor?[] Slopes { get; } = new Tensor?[layers];
}
