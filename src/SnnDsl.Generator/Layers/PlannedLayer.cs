using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>A layer in its place in the network.</summary>
/// <remarks>Equality: all ten values.</remarks>
/// <param name="Layer">The layer.</param>
/// <param name="Input">What it gets, one sample and one step.</param>
/// <param name="Output">What it gives, one sample and one step.</param>
/// <param name="ConstantOverTime">
/// Whether it gives the same at every step, so that it is computed once and not T times: under direct encoding, before the first
/// spiking layer. For that spiking layer itself: whether its current is the same at every step.
/// </param>
/// <param name="Stage">
/// The index of the spiking layer that it leads to, or is; the number of spiking layers for what comes after the last one.
/// </param>
/// <param name="GetsSpikes">Whether its input are spikes, as neurons gave them or in another shape.</param>
/// <param name="IsThinned">Whether training leaves out some of its input, which are no bits then.</param>
/// <param name="Normalised">The layer before it, whose map it takes in, so that this one's input is that one's; null for most.</param>
/// <param name="Sources">The places of the layers that it reads; -1 is the input.</param>
/// <param name="Reads">The names of these where they are not the one layer before it; else "".</param>
internal sealed record PlannedLayer(
    LoweredLayer Layer, Shape Input, Shape Output, bool ConstantOverTime, int Stage, bool GetsSpikes, bool IsThinned,
    PlannedLayer? Normalised, EquatableArray<int> Sources, string Reads)
{
    /// <summary>The layer's name.</summary>
    public string Name => Layer.Name;

    /// <summary>How many trained numbers it has.</summary>
    public long Parameters => Layer.CountParameters(Input, Output);

    /// <summary>One line that names the layer with its shapes.</summary>
    public string Title => Layer.Title(Input, Output);

    /// <summary>What comments open with: "fc1 - Linear 784 -> 512: I = W x + b".</summary>
    public string Heading => $"{Name} - {Title}: {Equation}";

    /// <summary>The output's tensor, for the end of a comment: one value a step, or one for all.</summary>
    public string OutputShape => $"   [{(ConstantOverTime && !IsSpiking ? "" : "T, ")}B, {Output.Arguments}]";

    /// <summary>The tensor of a linear form's coefficients once it has passed this layer, for the end of a comment.</summary>
    public string CoefficientShape => $"   [{(ConstantOverTime ? "" : "S, ")}B, K, {Input.Arguments}]";

    /// <summary>Whether it fires.</summary>
    public bool IsSpiking => Layer.Kind.Role == LayerRole.Spiking;

    /// <summary>What it computes, as mathematics in one line, and of what, where that is not the layer before it.</summary>
    public string Equation => Layer.Equation(Input, Output) + (Layer.Feedback is null ? "" : ", I with R s of the step before added") + (Reads.Length > 0 ? $", of {Reads}" : "");
}
