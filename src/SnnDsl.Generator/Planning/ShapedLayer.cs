using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>A lowered layer with its shapes.</summary>
/// <remarks>Equality: all four values.</remarks>
/// <param name="Layer">The layer.</param>
/// <param name="Input">What it gets, one sample and one step.</param>
/// <param name="Output">What it gives, one sample and one step.</param>
/// <param name="Sources">The places of the lowered layers that it reads; -1 is the input.</param>
internal sealed record ShapedLayer(LoweredLayer Layer, Shape Input, Shape Output, EquatableArray<int> Sources);
