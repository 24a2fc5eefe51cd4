using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>
/// What meets at one neuron and step when a linear form is carried backwards: coefficients on its spike and on what is left of its
/// membrane u, which lies in an interval. In float64, for a slope is only a hint: the bound that follows from it is computed by itself.
/// </summary>
/// <param name="Layer">The spiking layer.</param>
/// <param name="Step">t.</param>
/// <param name="Neuron">The neuron.</param>
/// <param name="OnSpike">c_s.</param>
/// <param name="OnRest">c_r.</param>
/// <param name="Lower">l.</param>
/// <param name="Upper">U.</param>
/// <param name="Phase">What is known of the spike.</param>
/// <param name="Neurons">The layer's constants.</param>
internal readonly record struct Meeting(
    int Layer, int Step, int Neuron, double OnSpike, double OnRest, double Lower, double Upper, Phase Phase, Neurons Neurons)
{
    /// <summary>Far more, as a share of what meets, than rounding moves it by: where a choice is nearer than that, run and checker take the same side.</summary>
    public const double Near = 1.0 / 65536;

    /// <summary>
    /// Whether the membrane reaches further below the threshold than above it. Where the two are alike but for rounding it does not: the run that
    /// is checked had other roundings, and on the other line its bound need not hold.
    /// </summary>
    public bool LeftSteers
    {
        get
        {
            var (left, right) = (Neurons.Threshold - Lower, Upper - Neurons.Threshold);
            return left > right + (Near * (left + right + Neurons.Threshold));
        }
    }
}
