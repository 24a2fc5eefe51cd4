namespace SnnDsl;

/// <summary>
/// A neuron of one's own: an ordinary type whose float fields are the states, and whose methods are its equations. The compiler reads them:
/// forward pass, gradients, bounds and the text of records are derived, so each must be affine in the states and the current, that is, made of sums and of
/// products with constants.
/// <code>
/// public struct Tired : INeuron
/// {
///     private float u, rest;
///
///     public void Integrate(float current) { u = 0.9f * u + current - 0.2f * rest; }
///     public readonly bool Fires => u > 1;
///     public void Spike() { u = 0; rest += 1; }
/// }
/// </code>
/// </summary>
/// <remarks>
/// Constants may be literals, <c>const</c> and <c>static readonly</c> fields, and calls of <c>MathF</c> and <c>Math</c> of such; coefficients are
/// rounded to float32. States begin at 0. See <see cref="NeuronAttribute"/>.
/// </remarks>
public interface INeuron
{
    /// <summary>Whether the neuron fires, asked after <see cref="Integrate"/>: a comparison of two affine expressions by &gt;, &gt;=, &lt; or &lt;=.</summary>
    bool Fires { get; }

    /// <summary>What every step does with the states, first of all.</summary>
    /// <param name="current">What the affine layer before the neurons gives.</param>
    void Integrate(float current);

    /// <summary>What a spike does with the states, after it.</summary>
    void Spike();
}
