using SnnDsl.Verification.Networks;
using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Bounds;

/// <summary>Bounds of everything in a network over a set of inputs.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="Stages">The spiking layers, in order.</param>
/// <param name="Tail">By step, bounds of the outputs of the maps after the last spiking layer.</param>
internal sealed record NetworkBounds<T>(IReadOnlyList<StageBounds<T>> Stages, IReadOnlyList<IReadOnlyList<Box<T>>> Tail)
    where T : struct, IReal<T>
{
    /// <summary>Bounds of what the readout reads at a step.</summary>
    public Box<T> Outputs(int t) => Tail[t].Count > 0 ? Tail[t][^1] : Stages[^1].Spikes(t);
}
