using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>A lowered layer with its shapes.</summary>
/// <remarks>Equality: all three values.</remarks>
/// <param name="Layer">The layer.</param>
/// <param name="Input">What it gets, one sample and one step.</param>
/// <param name="Output">What it gives, one sample and one step.</param>
internal sealed record ShapedLayer(LoweredLayer Layer, Shape Input, Shape Output);
