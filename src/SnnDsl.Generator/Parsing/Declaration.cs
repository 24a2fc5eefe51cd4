using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Parsing;

/// <summary>A declaration as the generator takes it: a network, or why there is none.</summary>
/// <remarks>Equality: both values.</remarks>
/// <param name="Spec">The network; null if it is refused, or if its class has no name yet.</param>
/// <param name="Refusal">Why there is none.</param>
internal sealed record Declaration(NetworkSpec? Spec, Refusal? Refusal);
