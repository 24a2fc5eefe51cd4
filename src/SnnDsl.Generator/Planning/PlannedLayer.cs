using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>A layer in its place in the network.</summary>
/// <remarks>Equality: all five values.</remarks>
/// <param name="Layer">The layer.</param>
/// <param name="Input">What it gets, one sample and one step.</param>
/// <param name="Output">What it gives, one sample and one step.</param>
/// <param name="ConstantOverTime">
/// Whether it gives the same at every step, so that it is computed once and not T times: under direct encoding, before the first
/// spiking layer.
/// </param>
/// <param name="Stage">
/// The index of the spiking layer that it leads to, or is; the number of spiking layers for what comes after the last one.
/// </param>
internal sealed record PlannedLayer(Layer Layer, Shape Input, Shape Output, bool ConstantOverTime, int Stage)
{
    /// <summary>The layer's name.</summary>
    public string Name => Layer.Name;

    /// <summary>How many trained numbers it has.</summary>
    public long Parameters => Layer.CountParameters(Input, Output);

    /// <summary>One line that names the layer with its shapes.</summary>
    public string Title => Layer.Title(Input, Output);

    /// <summary>What it computes, as mathematics in one line.</summary>
    public string Equation => Layer.Equation(Input, Output);
}
