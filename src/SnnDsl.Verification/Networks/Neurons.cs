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
    /// <summary>The equations of neurons that are stated by them, of the first one; of the constants then the threshold alone means anything.</summary>
    public NeuronEquations? Equations { get; private init; }

    /// <summary>The equations of a neuron.</summary>
    /// <param name="neuron">Which.</param>
    public NeuronEquations Of(int neuron) => Each.Count == 1 ? Each[0] : Each[neuron];

    /// <summary>Equations that differ from neuron to neuron, in a coefficient that is learned; or one for all.</summary>
    public IReadOnlyList<NeuronEquations> Each { get; private init; } = [];

    /// <summary>Neurons that are stated by equations.</summary>
    /// <param name="equations">The equations: one for all, or one for each.</param>
    public static Neurons By(params IReadOnlyList<NeuronEquations> equations) =>
        new(equations[0].Spike.Threshold, 0, false, 0) { Equations = equations[0], Each = equations };

    /// <summary>Checks that float32 sums with the equations' coefficients can be bounded.</summary>
    /// <param name="equations">The equations.</param>
    /// <exception cref="FormatException">One is too large, or below the normal range, so that float32 may take it for 0.</exception>
    public static void CheckFloat32(NeuronEquations equations)
    {
        Coefficients[] all =
        [
            equations.Decay, equations.Input, equations.Bias, equations.Guard, equations.Silent.Matrix, equations.Silent.Offset,
            equations.Fired.Matrix, equations.Fired.Offset,
        ];
        foreach (var m in all)
        {
            for (int i = 0; i < m.Rows * m.Columns; i++)
            {
                float value = m[i / m.Columns, i % m.Columns];
                if (value != 0 && !(Math.Abs((double)value) <= SinglePrecision.Largest && float.IsNormal(value)))
                {
                    throw new FormatException(FormattableString.Invariant($"Of float32 sums with the coefficient {value} nothing is known."));
                }
            }
        }
    }

    /// <summary>Whether a constant current makes the whole train a function of that current: it fires with a period.</summary>
    public bool HavePeriods => Equations is null && !Soft && ResetValue == 0;
}
