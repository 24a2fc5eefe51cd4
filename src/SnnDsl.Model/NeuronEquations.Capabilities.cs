namespace SnnDsl.Model;

/// <summary>What is known of a neuron besides its equations: each is false unless it is proved of them.</summary>
public sealed partial record NeuronEquations
{
    /// <summary>The constants, if these are the equations of a leaky integrate-and-fire neuron; null for every other neuron.</summary>
    /// <remarks>What is known of a run does not depend on the backward pass: the reset may be detached.</remarks>
    public LifPattern? Lif()
    {
        bool fits = Size == 1 && Decay[0] is >= 0 and <= 1 && Input[0] == 1 && Bias[0] == 0 && Guard[0] == 1
            && Spike is { Threshold: > 0, FiresAtThreshold: false }
            && Silent.Matrix[0] == 1 && Silent.Offset[0] == 0;
        bool isHard = Fired.Matrix[0] == 0, isSoft = Fired.Matrix[0] == 1 && Fired.Offset[0] == -Spike.Threshold;
        return fits && (isHard || isSoft) ? new LifPattern(Spike.Threshold, Decay[0], isHard ? Fired.Offset[0] : null) : null;
    }

    /// <summary>
    /// A neuron that gets the same current at every step fires with a period that this current alone decides, or never: LIF whose reset
    /// goes back to where it started, 0.
    /// </summary>
    public bool HasPeriods => Lif() is { ResetValue: 0 };

    /// <summary>
    /// Of two neurons with currents I &lt;= I' at all steps, the second has fired at least as often at every step: LIF, unless a reset lifts the
    /// membrane above the threshold.
    /// </summary>
    public bool CountsGrowWithCurrents => Lif() is { } lif && !(lif.ResetValue > lif.Threshold);

    /// <summary>After a spike the states are constants: nothing of what was before is left.</summary>
    public bool SpikesForget => Enumerable.Range(0, Size).All(Fired.Matrix.IsZero);

    /// <summary>
    /// What a state differs by shrinks from step to step, with a spike or without: the rows of |A P0| and of |A P1| sum up to less than 1.
    /// </summary>
    public bool StatesDecay => Shrinks(Silent.Matrix) && Shrinks(Fired.Matrix);

    /// <summary>
    /// What a current of so many steps ago adds to w . y, for neurons to which a spike does nothing: w . y[t] is the sum of Response[t - s] I[s] over s &lt;= t,
    /// whether they fired or not. Null for all others, and where a coefficient is below 0, a constant is added, or the sum of these numbers is none.
    /// </summary>
    /// <param name="steps">For how many steps: 0, 1, ... steps ago.</param>
    public IReadOnlyList<double>? Response(int steps)
    {
        var all = Enumerable.Range(0, Size);
        bool isSum = Silent == Fired && all.All(i => Bias[i] == 0 && Silent.Offset[i] == 0 && Input[i] >= 0 && Guard[i] >= 0)
            && all.All(i => all.All(j => Decay[i, j] >= 0 && Silent.Matrix[i, j] >= 0))
            && all.Sum(i => (double)Guard[i] * Input[i]) > 0;
        if (!isSum)
        {
            return null;
        }

        double[] Times(Coefficients m, double[] x) => [.. all.Select(i => all.Sum(j => m[i, j] * x[j]))];
        double[] response = new double[steps], y = [.. all.Select(i => (double)Input[i])];
        for (int ago = 0; ago < steps; ago++)
        {
            response[ago] = all.Sum(i => Guard[i] * y[i]);
            y = Times(Decay, Times(Silent.Matrix, y));
        }

        // What grows beyond all numbers has no mean.
        return double.IsInfinity(response.Sum()) ? null : response;
    }

    private bool Shrinks(Coefficients after) => Enumerable.Range(0, Size).All(i => Enumerable.Range(0, Size)
        .Sum(j => Math.Abs(Enumerable.Range(0, Size).Sum(k => (double)Decay[i, k] * after[k, j]))) < 1);
}
