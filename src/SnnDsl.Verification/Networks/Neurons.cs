using SnnDsl.Model;

namespace SnnDsl.Verification.Networks;

/// <summary>
/// A spiking layer: u[t] = decay r[t-1] + I[t], a spike where u[t] is above the threshold, r = the reset value (hard) or u - threshold
/// (soft) after a spike and u otherwise. The constants are float32 numbers, held exactly.
/// </summary>
/// <param name="Threshold">Above which it fires; greater than 0.</param>
/// <param name="Decay">In [0, 1].</param>
/// <param name="Soft">Whether a spike subtracts the threshold.</param>
/// <param name="ResetValue">r after a spike of the hard reset; 0 for a soft one.</param>
internal sealed record Neurons(double Threshold, double Decay, bool Soft, double ResetValue)
{
    /// <summary>The equations of neurons that are stated by them; of the constants then the threshold alone means anything.</summary>
    public NeuronEquations? Equations { get; private init; }

    /// <summary>Neurons that are stated by equations.</summary>
    /// <param name="equations">The equations.</param>
    public static Neurons By(NeuronEquations equations) => new(equations.Spike.Threshold, 0, false, 0) { Equations = equations };

    /// <summary>Whether a constant current makes the whole train a function of that current: it fires with a period.</summary>
    public bool HavePeriods => Equations is null && !Soft && ResetValue == 0;
}
