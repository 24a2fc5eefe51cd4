using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>A network whose layers fit together.</summary>
/// <remarks>Equality: spec and shapes.</remarks>
/// <param name="Spec">The declaration.</param>
/// <param name="Outputs">What each layer gives, in the layers' order.</param>
internal sealed record ShapedNetwork(NetworkSpec Spec, EquatableArray<Shape> Outputs);
