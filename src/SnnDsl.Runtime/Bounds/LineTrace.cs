using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>
/// The slopes of the lines that a walk went along, written down so that a bound can be computed again from them alone: how much of each
/// membrane, or of each whole train's current, was taken.
/// </summary>
/// <param name="layers">How many spiking layers the network has.</param>
internal sealed class LineTrace(int layers)
{
    /// <summary>By layer, [S, B, K, N...] ([1, B, K, N...] for lines of whole trains), once the walk has passed.</summary>
    public Tensor?[] Slopes { get; } = new Tensor?[layers];
}
