using static TorchSharp.torch;

namespace SnnDsl.Interchange.Nir;

/// <summary>The layer that a node becomes.</summary>
/// <param name="Attribute">Its attribute, such as <c>Conv2d</c>.</param>
/// <param name="Arguments">The attribute's arguments, but for the name.</param>
/// <param name="Shape">The shape of what it gives.</param>
/// <param name="Weights">Its parameters, such as <c>weight</c>.</param>
internal sealed record NirLayer(string Attribute, IReadOnlyList<string> Arguments, long[] Shape, params IReadOnlyList<(string Parameter, Tensor Value)> Weights);
