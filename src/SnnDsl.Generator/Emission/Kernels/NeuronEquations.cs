using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>A neuron's equations with its constants put in and what they make superfluous left out: as code, and for the reader.</summary>
internal sealed class NeuronEquations(NeuronModel neuron, KernelDialect dialect)
{
    /// <summary>The neuron's constants.</summary>
    public NeuronModel Neuron => neuron;

    /// <summary>Whether a membrane remembers the step before.</summary>
    public bool Remembers => neuron.Decay != 0;

    /// <summary>Whether a spike sets the membrane, rather than lowering it.</summary>
    public bool IsHard => neuron.Reset == ResetKind.Hard;

    /// <summary>The threshold in formulas and comparisons.</summary>
    public string Threshold => dialect.Number(neuron.Threshold);

    /// <summary>The threshold as a value.</summary>
    public string AllThreshold => dialect.All(neuron.Threshold);

    /// <summary>"0.25f * r": a product, left out where it changes nothing.</summary>
    public string Scaled(float factor, string value) => factor == 1 ? value : $"{dialect.Number(factor)} * {value}";

    /// <summary>"0.25f * r + I": the product and the sum round separately.</summary>
    public string Membrane(string afterReset, string current) =>
        Remembers ? $"{Scaled(neuron.Decay, afterReset)} + {current}" : current;

    /// <summary>r, from the membrane and the mask of the neurons that fired.</summary>
    public string Reset(string fires, string membrane) => IsHard
        ? dialect.Select(fires, dialect.Number(neuron.ResetValue), membrane)
        : dialect.Select(fires, $"{membrane} - {AllThreshold}", membrane);

    /// <summary>"s'(u)".</summary>
    public static string Surrogate(string membrane) => $"Surrogate({membrane})";

    /// <summary>The threshold for the reader.</summary>
    public string ThresholdText => Numbers.Plain(neuron.Threshold);

    /// <summary>"0.25 x", "x" or "".</summary>
    public string DecayText(string value) => neuron.Decay switch
    {
        0 => "",
        1 => value,
        _ => $"{Numbers.Plain(neuron.Decay)} {value}",
    };

    /// <summary>"u[t] = 0.25 r[t-1] + I[t]".</summary>
    public string MembraneText => Remembers ? $"u[t] = {DecayText("r[t-1]")} + I[t]" : "u[t] = I[t]";

    /// <summary>"r[t] = 0 after a spike, else u[t]".</summary>
    public string ResetText => IsHard
        ? $"r[t] = {Numbers.Plain(neuron.ResetValue)} after a spike, else u[t]"
        : $"r[t] = u[t] - {ThresholdText} after a spike, else u[t]";

    /// <summary>"threshold 0.25, decay 0.25, hard reset to 0, rectangular surrogate of width 1".</summary>
    public string Summary =>
        $"threshold {ThresholdText}, decay {Numbers.Plain(neuron.Decay)}, "
        + (neuron.Detached ? "detached " : "") + (IsHard ? $"hard reset to {Numbers.Plain(neuron.ResetValue)}" : "soft reset")
        + (neuron.Surrogate == SurrogateKind.StraightThrough
            ? ", straight-through gradient" : $", {SurrogateName} surrogate of width {Numbers.Plain(neuron.SurrogateWidth)}");

    private string SurrogateName => neuron.Surrogate switch
    {
        SurrogateKind.Rectangular => "rectangular",
        SurrogateKind.Triangular => "triangular",
        SurrogateKind.Arctan => "arctan",
        SurrogateKind.Sigmoid => "sigmoid",
        SurrogateKind.Gaussian => "Gaussian",
        SurrogateKind.Erf => "erf",
        SurrogateKind.PiecewiseExponential => "exponential",
        _ => "fast sigmoid",
    };
}
