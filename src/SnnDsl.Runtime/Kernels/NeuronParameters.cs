using SnnDsl.Model;

namespace SnnDsl.Kernels;

/// <summary>The constants of one spiking layer, as they are in float32 arithmetic.</summary>
/// <param name="Threshold">The membrane above which a neuron fires, greater than 0.</param>
/// <param name="Decay">The share of the membrane that is left one step later, in [0, 1].</param>
/// <param name="Reset">What a spike does to the membrane.</param>
/// <param name="ResetValue">The membrane after a spike under a hard reset.</param>
/// <param name="Surrogate">What stands for the derivative of the spike.</param>
/// <param name="SurrogateWidth">The surrogate's width, greater than 0.</param>
public sealed record NeuronParameters(
    float Threshold, float Decay, Reset Reset, float ResetValue, Surrogate Surrogate, float SurrogateWidth)
{
    /// <summary>Whether the backward pass takes the spike in the reset for a constant.</summary>
    public bool DetachesReset { get; init; }

    /// <summary>The same neuron as equations.</summary>
    public NeuronEquations Equations => NeuronEquations.Lif(
        new(Threshold, (SurrogateFunction)Surrogate, SurrogateWidth, Detached: DetachesReset), Decay, Reset == Reset.Hard ? ResetValue : null);
}
