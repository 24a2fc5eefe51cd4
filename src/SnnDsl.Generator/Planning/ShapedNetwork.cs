using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>A network whose layers fit together, lowered to the engine's own.</summary>
/// <remarks>Equality: spec and layers.</remarks>
/// <param name="Spec">The declaration.</param>
/// <param name="Layers">What its layers lower to, in order.</param>
internal sealed record ShapedNetwork(NetworkSpec Spec, EquatableArray<ShapedLayer> Layers);
