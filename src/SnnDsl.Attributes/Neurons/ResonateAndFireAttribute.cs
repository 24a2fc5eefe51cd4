namespace SnnDsl;

/// <summary>
/// Resonate-and-fire neurons, one for each value of the affine layer before them: a pair (re, im) that turns by an angle at every step, shrinks, and
/// fires where its real part is above the threshold:
/// <code>
/// re[t] = decay * (cos(angle) re[t-1] - sin(angle) im[t-1]) + I[t]     re[-1] = im[-1] = 0
/// im[t] = decay * (sin(angle) re[t-1] + cos(angle) im[t-1])
/// s[t] = 1 if re[t] > threshold, else 0                                strictly greater
/// hard reset:  re = im = 0 after a spike                               soft reset:  re = re - threshold s
/// </code>
/// </summary>
/// <remarks>After Izhikevich, Neural Networks 14 (2001). What can be certified of such a network: docs/neurons.md.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ResonateAndFireAttribute : MembraneAttribute
{
    /// <summary>The real part above which a neuron fires, greater than 0. Default: 0.25. Rounded to float32.</summary>
    public double Threshold { get; set; } = 0.25;

    /// <summary>The share of the length of (re, im) that is left one step later, in [0, 1]. Default: 0.9. Rounded to float32.</summary>
    public double Decay { get; set; } = 0.9;

    /// <summary>By how much (re, im) turns at every step, in radians; a finite number. Default: 0.5. Rounded to float32.</summary>
    public double Angle { get; set; } = 0.5;
}
