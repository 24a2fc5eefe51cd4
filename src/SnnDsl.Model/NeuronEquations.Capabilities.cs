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

    private bool Shrinks(Coefficients after) => Enumerable.Range(0, Size).All(i => Enumerable.Range(0, Size)
        .Sum(j => Math.Abs(Enumerable.Range(0, Size).Sum(k => (double)Decay[i, k] * after[k, j]))) < 1);
}
