namespace SnnDsl;

/// <summary>A layer of neurons that fire: how all kinds of them are trained.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public abstract class SpikingAttribute : LayerAttribute
{
    private protected SpikingAttribute()
    {
    }

    /// <summary>
    /// Whether the backward pass takes the spike in the reset for a constant (<c>detach_reset</c> elsewhere), so that gradients go through the
    /// spikes that a layer gives and through its states alone. Default: false, the reset is differentiated.
    /// </summary>
    public bool DetachReset { get; set; }

    /// <summary>
    /// Whether the layer's spikes come back to it one step later, through weights R that are learned: its currents are I[t] + R s[t-1], with s[-1] = 0.
    /// The parameter is NAME.recurrent.weight, [neurons, neurons], without a bias. For vectors of currents. Default: false.
    /// </summary>
    public bool Recurrent { get; set; }

    /// <summary>Whether R has one weight a neuron, [neurons], so that each neuron's spikes come back to itself alone. Default: false.</summary>
    public bool RecurrentDiagonal { get; set; }

    /// <summary>What stands for the derivative of the spike in the backward pass. Default: <see cref="Surrogate.Rectangular"/>.</summary>
    public Surrogate Surrogate { get; set; } = Surrogate.Rectangular;

    /// <summary>
    /// The surrogate's width w, greater than 0, in units of the membrane; see <see cref="SnnDsl.Surrogate"/> for what it means.
    /// Default (0): the surrogate's own, which makes its peak 1.
    /// </summary>
    public double SurrogateWidth { get; set; }
}
