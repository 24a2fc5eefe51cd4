namespace SnnDsl.Generator.Model;

/// <summary>The constants of a spiking layer's neurons, as float32 arithmetic has them.</summary>
/// <remarks>Equality: all seven constants; two layers whose neurons are equal share their emitted kernels.</remarks>
/// <param name="Threshold">The membrane above which a neuron fires, finite and greater than 0.</param>
/// <param name="Decay">The share of the membrane that is left one step later, in [0, 1].</param>
/// <param name="Reset">What a spike does to the membrane.</param>
/// <param name="ResetValue">The membrane after a spike under a hard reset, finite; 0 under a soft one.</param>
/// <param name="Surrogate">What stands for the derivative of the spike.</param>
/// <param name="SurrogateWidth">The surrogate's width, greater than 0: never the 0 that stands for "the default".</param>
/// <param name="Detached">Whether the backward pass takes the spike in the reset for a constant.</param>
internal sealed record NeuronModel(
    float Threshold, float Decay, ResetKind Reset, float ResetValue, SurrogateKind Surrogate, float SurrogateWidth, bool Detached = false)
{
    /// <summary>
    /// "LifThreshold0_25Decay0_25HardTo0Rectangular1": the class of the neuron's kernels. Equal neurons have one name in every compilation, and no
    /// others have it.
    /// </summary>
    public string Name =>
        $"LifThreshold{Word(Threshold)}Decay{Word(Decay)}{Reset}{(Reset == ResetKind.Hard ? "To" + Word(ResetValue) : "")}"
        + $"{Surrogate}{Word(SurrogateWidth)}{(Detached ? "Detached" : "")}";

    // The shortest text of a number, in letters that a name may have.
    private static string Word(float value) => Numbers.Plain(value).Replace("E-", "EMinus").Replace("E+", "E").Replace("-", "Minus").Replace('.', '_');
}
