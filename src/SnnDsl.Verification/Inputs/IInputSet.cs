using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Inputs;

/// <summary>The set of inputs that an adversary chooses from, for one sample.</summary>
/// <typeparam name="T">The numbers.</typeparam>
internal interface IInputSet<T>
    where T : struct, IReal<T>
{
    /// <summary>Bounds of every map's output at a step, in order.</summary>
    /// <param name="maps">The maps before the first spiking layer.</param>
    /// <param name="t">The step.</param>
    /// <param name="float32">Whether the outputs are what float32 arithmetic makes of them.</param>
    IReadOnlyList<Box<T>> Currents(IReadOnlyList<AffineMap<T>> maps, int t, bool float32);

    /// <summary>At most the least value of a linear form over the set.</summary>
    /// <param name="coefficients">By step, flattened; one entry under direct encoding.</param>
    T Least(IReadOnlyList<T[]> coefficients);
}
