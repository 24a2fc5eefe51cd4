using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>Bounds of one spiking layer's currents and membranes at every step, over a set of inputs.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="stage">The layer.</param>
/// <param name="steps">T.</param>
internal sealed class StageBounds<T>(SpikingStage<T> stage, int steps)
    where T : struct, IReal<T>
{
    private readonly T threshold = T.From(stage.Neurons.Threshold);
    private readonly T resetValue = T.From(stage.Neurons.ResetValue);

    /// <summary>The layer.</summary>
    public SpikingStage<T> Stage => stage;

    /// <summary>By step, bounds of every map's output; the last are the currents.</summary>
    public IReadOnlyList<Box<T>>[] Maps { get; } = new IReadOnlyList<Box<T>>[steps];

    /// <summary>By step and neuron, the membranes.</summary>
    public Interval<T>[][] Membranes { get; } = [.. Enumerable.Range(0, steps).Select(_ => new Interval<T>[stage.Width])];

    /// <summary>By step and neuron, whether it fires.</summary>
    public Phase[][] Phases { get; } = [.. Enumerable.Range(0, steps).Select(_ => new Phase[stage.Width])];

    /// <summary>The currents at a step.</summary>
    public Box<T> Currents(int t) => Maps[t][^1];

    /// <summary>Writes a membrane's bounds, and what they say of the spike.</summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    /// <param name="membrane">Its bounds.</param>
    public void Set(int t, int neuron, Interval<T> membrane)
    {
        Membranes[t][neuron] = membrane;
        Phases[t][neuron] = membrane.Upper <= threshold ? Phase.Silent : membrane.Lower > threshold ? Phase.Fires : Phase.Open;
    }

    /// <summary>The membrane's interval as the step's dynamics give it from the one before.</summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    public Interval<T> Step(int t, int neuron)
    {
        var current = Currents(t)[neuron];
        return t == 0 ? current : (T.From(stage.Neurons.Decay) * Rest(t - 1, neuron)) + current;
    }

    /// <summary>Bounds of the spikes at a step: 0 or 1.</summary>
    public Box<T> Spikes(int t) => new(
        [.. Phases[t].Select(phase => phase == Phase.Fires ? T.One : default)],
        [.. Phases[t].Select(phase => phase == Phase.Silent ? default : T.One)], []);

    // What is left of the membrane after a step: u where it stayed silent, the reset value or u - threshold where it fired.
    private Interval<T> Rest(int t, int neuron)
    {
        var u = Membranes[t][neuron];
        var silent = new Interval<T>(u.Lower, T.Min(u.Upper, threshold));
        var fired = stage.Neurons.Soft ? new Interval<T>(T.Max(u.Lower, threshold), u.Upper) - threshold : resetValue;
        return Phases[t][neuron] switch
        {
            Phase.Silent => silent,
            Phase.Fires => fired,
            _ => silent.Join(fired),
        };
    }
}
