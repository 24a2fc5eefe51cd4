using SnnDsl;

namespace NMnist;

/// <summary>
/// A neuron that no library has: every spike tires it. Tiredness wears off by a third a step, and until then it takes from the membrane at every step, rather than
/// lifting the threshold once.
/// </summary>
/// <remarks>
/// Ordinary C#, which the compiler reads: gradients, interval and linear bounds, certificates and the text in records follow from these lines. Multiply two of its states, or a
/// state by the current, and the very product is underlined (docs/neurons.md).
/// </remarks>
public struct Tired : INeuron
{
    private const float Leak = 0.5f;
    private const float Toll = 0.05f;

    private float membrane;
    private float tiredness;

    /// <inheritdoc/>
    public readonly bool Fires => membrane > 0.25f;

    /// <inheritdoc/>
    public void Integrate(float current)
    {
        membrane = (Leak * membrane) + current - (Toll * tiredness);
        tiredness *= 2f / 3;
    }

    /// <inheritdoc/>
    public void Spike()
    {
        membrane = 0;
        tiredness += 1;
    }
}
