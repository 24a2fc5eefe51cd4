namespace SnnDsl;

/// <summary>
/// Integrate-and-fire neurons, one for each value of the affine layer before them: <see cref="LifAttribute"/> with a decay of 1.
/// <code>
/// u[t] = r[t-1] + I[t]                          r[-1] = 0
/// s[t] = 1 if u[t] > threshold, else 0          strictly greater
/// hard reset:  r = u (1 - s) + resetValue s     soft reset:  r = u - threshold s
/// </code>
/// </summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class IfAttribute : MembraneAttribute
{
    /// <summary>The membrane above which a neuron fires, greater than 0. Default: 1. Rounded to float32.</summary>
    public double Threshold { get; set; } = 1;

    /// <summary>The membrane after a spike under a hard reset. Default: 0. Rounded to float32.</summary>
    public double ResetValue { get; set; }
}
