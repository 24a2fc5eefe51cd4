using static TorchSharp.torch;

namespace SnnDsl.Exact;

/// <summary>What the solver found of one margin over a set of perturbed inputs.</summary>
/// <param name="Value">The least margin of the closed model, in which a membrane exactly on its threshold may fire or not.</param>
/// <param name="LowerBound">What the solver proved, up to its tolerances; equal to the value once it is done.</param>
/// <param name="IsOptimal">Whether it was done within its time.</param>
/// <param name="Input">A point of the set at which the model has that value, shaped as a batch of one; null if none was found in time.</param>
/// <param name="Replayed">The margin of the network's own forward pass at that point.</param>
public sealed record ExactMargin(double Value, double LowerBound, bool IsOptimal, Tensor? Input, double? Replayed) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Input?.Dispose();
}
