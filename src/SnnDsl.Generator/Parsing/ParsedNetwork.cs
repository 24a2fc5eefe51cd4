using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Parsing;

/// <summary>What parsing a declaration gives: a spec if all is well, and otherwise as much as later checks can work with.</summary>
/// <remarks>It lives inside one parse or one analysis and is never kept; of its members only the spec and the refusal go on.</remarks>
/// <param name="Spec">The network, or null if an error was found.</param>
/// <param name="Refusal">Why there is no network, or null.</param>
/// <param name="Input">The input's shape, or null if it is unknown.</param>
/// <param name="Layers">The layers in order; null where what a layer gives is unknown.</param>
/// <param name="Names">The layers' names, stated or default, in order.</param>
/// <param name="Sources">By layer, which layers it reads; -1 is the input.</param>
/// <param name="Problems">What was found, shapes aside: <see cref="Planning.ShapeInference"/> finds those.</param>
internal sealed record ParsedNetwork(
    NetworkSpec? Spec, Refusal? Refusal, Shape? Input, IReadOnlyList<Layer?> Layers, IReadOnlyList<string> Names, IReadOnlyList<EquatableArray<int>> Sources,
    List<Problem> Problems)
{
    /// <summary>What goes on of it.</summary>
    public Declaration Declaration => new(Spec, Refusal);
}
