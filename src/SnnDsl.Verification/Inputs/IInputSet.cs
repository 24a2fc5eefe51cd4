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
    IReadOnlyList<Box<T>> Currents(MapChain<T> maps, int t, bool float32);

    /// <summary>
    /// Bounds, in exact arithmetic, of the last map's outputs added up over the steps so far, each weighed by how long ago it was; null where the set says no more of
    /// that than the steps do one by one.
    /// </summary>
    /// <param name="maps">The maps before the first spiking layer.</param>
    /// <param name="response">What an output of 0, 1, ... steps ago weighs, at least 0; T of them.</param>
    /// <returns>By step.</returns>
    IReadOnlyList<Box<T>>? Sums(MapChain<T> maps, IReadOnlyList<Interval<T>> response) => null;

    /// <summary>At most the least value of a linear form over the set.</summary>
    /// <param name="coefficients">By step, flattened; one entry under direct encoding.</param>
    T Least(IReadOnlyList<T[]> coefficients);

    /// <summary>The inputs of the set whose pixel is at most, or at least, a value; null if there are none.</summary>
    /// <param name="pixel">The pixel.</param>
    /// <param name="value">The value.</param>
    /// <param name="above">Whether it is at least (under Poisson encoding: more than) the value.</param>
    /// <exception cref="FormatException">The set is not one of images.</exception>
    IInputSet<T>? Cut(int pixel, double value, bool above) =>
        throw new FormatException("A proof splits on a pixel, but the inputs are recordings.");

    /// <summary>
    /// The inputs of the set in which an entry is flipped (is not what was recorded), or is kept; null if there are none.
    /// </summary>
    /// <param name="step">The entry's step.</param>
    /// <param name="entry">The entry.</param>
    /// <param name="flipped">Whether it is flipped.</param>
    /// <exception cref="FormatException">The set is not one of recordings.</exception>
    IInputSet<T>? Fix(int step, int entry, bool flipped) =>
        throw new FormatException("A proof splits on an entry of a recording, but the inputs are none.");
}
