using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Inputs;

/// <summary>A set whose currents into one network are computed once, for proofs with many cases.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="set">The set.</param>
internal sealed class KeptCurrents<T>(IInputSet<T> set) : IInputSet<T>
    where T : struct, IReal<T>
{
    private (IReadOnlyList<Box<T>>? Boxes, bool AreKnown) sums;
    private readonly Dictionary<(int Step, bool Float32), IReadOnlyList<Box<T>>> kept = [];

    /// <inheritdoc/>
    public IReadOnlyList<Box<T>> Currents(MapChain<T> maps, int t, bool float32)
    {
        if (!kept.TryGetValue((t, float32), out var currents))
        {
            kept.Add((t, float32), currents = set.Currents(maps, t, float32));
        }

        return currents;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Box<T>>? Sums(MapChain<T> maps, IReadOnlyList<Interval<T>> response)
    {
        sums = sums.AreKnown ? sums : (set.Sums(maps, response), true);
        return sums.Boxes;
    }

    /// <inheritdoc/>
    public T Least(IReadOnlyList<T[]> coefficients) => set.Least(coefficients);

    /// <inheritdoc/>
    public IInputSet<T>? Cut(int pixel, double value, bool above) => set.Cut(pixel, value, above);

    /// <inheritdoc/>
    public IInputSet<T>? Fix(int step, int entry, bool flipped) => set.Fix(step, entry, flipped);
}
