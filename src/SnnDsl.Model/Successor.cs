namespace SnnDsl.Model;

/// <summary>What a step leaves for the next one, an affine map of the states: x' = P y + q.</summary>
/// <remarks>Equality: both.</remarks>
/// <param name="Matrix">P, d x d.</param>
/// <param name="Offset">q, d numbers.</param>
public sealed record Successor(Coefficients Matrix, Coefficients Offset);
