using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>Bounds of one spiking layer's currents and membranes at every step, over a set of inputs.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="stage">The layer.</param>
/// <param name="steps">T.</param>
/// <param name="float32">Whether they are bounds of what float32 arithmetic computes, rather than of the exact values.</param>
/// <param name="constant">Whether the current is the same at every step, one number that is computed once.</param>
internal sealed class StageBounds<T>(SpikingStage<T> stage, int steps, bool float32, bool constant)
    where T : struct, IReal<T>
{
    private readonly T threshold = T.From(stage.Neurons.Threshold);
    private readonly T resetValue = T.From(stage.Neurons.ResetValue);
    private readonly Box<T>[] totals = new Box<T>[steps];
    private PeriodicTrains<T>? trains;

    /// <summary>Bounds of all that neurons keep which are stated by equations; null for LIF, whose membranes are all.</summary>
    public EquationStates<T>? States { get; } = stage.Neurons.Equations is null ? null : new(stage.Neurons, steps, stage.Width, float32);

    /// <summary>The layer.</summary>
    public SpikingStage<T> Stage => stage;

    /// <summary>By step, bounds of every map's output; the last are the currents.</summary>
    public IReadOnlyList<Box<T>>[] Maps { get; } = new IReadOnlyList<Box<T>>[steps];

    /// <summary>By step and neuron, the membranes.</summary>
    public Interval<T>[][] Membranes { get; } = [.. Enumerable.Range(0, steps).Select(_ => new Interval<T>[stage.Width])];

    /// <summary>By step and neuron, whether it fires.</summary>
    public Phase[][] Phases { get; } = [.. Enumerable.Range(0, steps).Select(_ => new Phase[stage.Width])];

    /// <summary>What constant currents do to the layer's neurons; for neurons that have periods.</summary>
    public PeriodicTrains<T> Trains => trains ??= new(stage.Neurons, steps);

    /// <summary>
    /// What constant currents do to neurons that have no periods, where whole trains bound them; null where steps do, one by one.
    /// </summary>
    public PatternTrains<T>? Patterns { get; init; }

    /// <summary>
    /// By step, bounds of what the threshold is compared with, in exact arithmetic on the input, where that is a sum over all steps which the set of inputs bounds as a
    /// whole; null where it is not.
    /// </summary>
    public IReadOnlyList<Box<T>>? Sums { get; init; }

    /// <summary>With sums, by step and neuron, at least what float32 arithmetic changes in the current.</summary>
    public T[][] LostOfCurrents { get; } = new T[steps][];

    /// <summary>The currents at a step, with what comes back.</summary>
    public Box<T> Currents(int t) => Back[t] is null ? Maps[t][^1] : totals[t];

    /// <summary>By step, bounds of what comes back of the spikes of the step before; null for nothing, as at the first step.</summary>
    public Box<T>?[] Back { get; } = new Box<T>?[steps];

    /// <summary>Bounds what comes back at a step, where something does; those of the spikes before it are there.</summary>
    /// <param name="t">The step.</param>
    public void ComeBack(int t)
    {
        if (t == 0 || stage.Recurrence is not { } map)
        {
            return;
        }

        var (own, back) = (Maps[t][^1], map.Bound(Spikes(t - 1), float32));
        Back[t] = back;
        totals[t] = Box<T>.Of([.. Enumerable.Range(0, own.Count).Select(i => (own[i] + back[i]).Widen(BackError(t, i)))]);
    }

    /// <summary>At least what float32 arithmetic changes where what comes back is added to a current; 0 for exact values.</summary>
    /// <param name="t">The step; not the first.</param>
    /// <param name="neuron">The neuron.</param>
    public T BackError(int t, int neuron) => float32
        ? IntervalPass<T>.SumLoss(2, T.Above(Maps[t][^1][neuron].Magnitude + Back[t]![neuron].Magnitude))
        : default;

    /// <summary>Writes a membrane's bounds, and what they say of the spike.</summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    /// <param name="membrane">Its bounds.</param>
    /// <param name="known">What is known or assumed of the spike besides.</param>
    /// <returns>False if that contradicts the bounds.</returns>
    public bool Set(int t, int neuron, Interval<T> membrane, Phase known)
    {
        bool onThreshold = stage.Neurons.Equations is { Spike.FiresAtThreshold: true };
        var bounded = onThreshold
            ? membrane.Upper < threshold ? Phase.Silent : membrane.Lower >= threshold ? Phase.Fires : Phase.Open
            : membrane.Upper <= threshold ? Phase.Silent : membrane.Lower > threshold ? Phase.Fires : Phase.Open;
        if (bounded.Contradicts(known))
        {
            return false;
        }

        var phase = known == Phase.Open ? bounded : known;
        // Which side of the threshold it is on holds of the bounds too.
        membrane = phase switch
        {
            Phase.Silent => membrane with { Upper = T.Min(membrane.Upper, threshold) },
            Phase.Fires => membrane with { Lower = T.Max(membrane.Lower, threshold) },
            _ => membrane,
        };
        (Membranes[t][neuron], Phases[t][neuron]) = (membrane, phase);
        return membrane.Lower <= membrane.Upper;
    }

    /// <summary>The membrane's interval as the step's dynamics give it from the one before.</summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    public Interval<T> Step(int t, int neuron)
    {
        var current = Currents(t)[neuron];
        if (States is not null)
        {
            return States.Integrate(
                t, neuron, current, t == 0 ? Phase.Open : Phases[t - 1][neuron], Sums is { } sums ? (sums[t][neuron], float32 ? LostOfCurrents[t][neuron] : default) : null);
        }

        if (t == 0)
        {
            return current;
        }

        var (_, exact) = Exactly(t, neuron);
        return float32 ? exact.Widen(StepError(t, neuron)) : exact;
    }

    /// <summary>
    /// At least what float32 arithmetic changes in the step to a membrane, besides what the current lost already: a product and a sum where
    /// that is one number, else a term more in its sum; 0 for exact values.
    /// </summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    public T StepError(int t, int neuron)
    {
        if (!float32 || t == 0)
        {
            return default;
        }

        var (kept, exact) = Exactly(t, neuron);
        if (constant)
        {
            return T.Above(T.Above(SinglePrecision.Gamma<T>(2) * kept.Magnitude) + T.Above(Lost(exact.Magnitude) + Flushed(kept)));
        }

        var current = Currents(t);
        long roundings = stage.Maps.Maps[^1].Roundings(neuron, current.Terms[neuron]);
        T own = T.Above(SinglePrecision.Gamma<T>(roundings + 1) * kept.Magnitude), more = T.Above(SinglePrecision.OneMore<T>(roundings) * current.Sums[neuron]);
        return T.Above(T.Above(own + more) + T.Above(SinglePrecision.Underflow<T>(1) + Flushed(kept)));
    }

    /// <summary>At least what float32 arithmetic changes in the membrane of a constant current: two roundings a step.</summary>
    /// <param name="membrane">Its exact bounds.</param>
    public T TrainError(Interval<T> membrane) =>
        T.Above(T.Above(SinglePrecision.Gamma<T>(2 * steps) * membrane.Magnitude) + SinglePrecision.Underflow<T>(2 * steps));

    // decay r, and decay r + I, in exact arithmetic on what the step is given.
    private (Interval<T> Kept, Interval<T> Sum) Exactly(int t, int neuron)
    {
        var kept = T.From(stage.Neurons.Decay) * Rest(t - 1, neuron);
        return (kept, kept + Currents(t)[neuron]);
    }

    /// <summary>At least what float32 arithmetic loses of a soft reset's subtraction, where a membrane is above the threshold.</summary>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    public T ResetError(int t, int neuron) => !float32 || !stage.Neurons.Soft || Phases[t][neuron] == Phase.Silent
        ? default
        : Lost(T.Max(default, T.Above(Membranes[t][neuron].Upper - threshold)));

    private static T Lost(T result) => T.Above(T.Above(SinglePrecision.Gamma<T>(1) * result) + SinglePrecision.Underflow<T>(1));

    // A decay below the normal range may be taken for 0.
    private T Flushed(Interval<T> kept) => stage.Neurons.Decay < Math.ScaleB(1, -126) ? kept.Magnitude : default;

    // A float32 neuron is an exact one whose currents are off by what its steps lose, and by what the soft resets before them lost.
    private Interval<T> CurrentsOfRuns(int t, int neuron)
    {
        var current = Currents(t)[neuron];
        if (!float32 || t == 0)
        {
            return current;
        }

        T off = StepError(t, neuron);
        return current.Widen(T.Above(off + T.Above(T.From(stage.Neurons.Decay) * ResetError(t - 1, neuron))));
    }

    /// <summary>Bounds of the spikes at a step: 0 or 1.</summary>
    public Box<T> Spikes(int t) => new(
        [.. Phases[t].Select(phase => phase == Phase.Fires ? T.One : default)],
        [.. Phases[t].Select(phase => phase == Phase.Silent ? default : T.One)], []);

    /// <summary>
    /// The least and the greatest number of spikes of a neuron over all steps. Of two neurons with currents I &lt;= I' the second has
    /// fired at least as often after every step (with a reset that does not lift the membrane above the threshold), so that two runs
    /// bound all: one on the least currents, its membranes never below their lower bounds, and one on the greatest. A run that is
    /// rounded down is one on lower currents; a float32 run is one on currents that are off by what it rounds.
    /// </summary>
    /// <param name="neuron">The neuron.</param>
    public (int Least, int Most) Count(int neuron)
    {
        var constants = stage.Neurons;
        int certain = Phases.Count(step => step[neuron] == Phase.Fires), possible = Phases.Count(step => step[neuron] != Phase.Silent);
        if (constants.Equations is not null || constants.ResetValue > constants.Threshold)
        {
            return (certain, possible);
        }

        Interval<T> decay = T.From(constants.Decay), low = default(T), high = default(T);
        var (least, most) = (0, 0);
        for (int t = 0; t < steps; t++)
        {
            var (current, membrane, phase) = (CurrentsOfRuns(t, neuron), Membranes[t][neuron], Phases[t][neuron]);
            var (u, v) = (t == 0 ? current : (decay * low) + current, t == 0 ? current : (decay * high) + current);
            T below = T.Max(u.Lower, membrane.Lower), above = T.Min(v.Upper, membrane.Upper);
            bool fires = phase == Phase.Fires || (phase == Phase.Open && below > threshold);
            bool mayFire = phase == Phase.Fires || (phase == Phase.Open && above > threshold);
            (least, most) = (least + (fires ? 1 : 0), most + (mayFire ? 1 : 0));
            low = fires ? Left(T.Max(below, threshold)) : below;
            high = mayFire ? Left(T.Max(above, threshold)) : above;
        }

        return (Math.Max(certain, least), Math.Min(possible, most));
    }

    // What a spike leaves of a membrane, in exact arithmetic and as it is computed.
    private Interval<T> Left(Interval<T> membrane) => stage.Neurons.Soft ? membrane - threshold : resetValue;

    // What is left of the membrane after a step: u where it stayed silent, the reset value or u - threshold where it fired.
    private Interval<T> Rest(int t, int neuron)
    {
        var u = Membranes[t][neuron];
        var silent = new Interval<T>(u.Lower, T.Min(u.Upper, threshold));
        var fired = Left(new(T.Max(u.Lower, threshold), u.Upper)).Widen(ResetError(t, neuron));
        return Phases[t][neuron] switch
        {
            Phase.Silent => silent,
            Phase.Fires => fired,
            _ => silent.Join(fired),
        };
    }
}
