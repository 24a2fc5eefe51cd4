using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>
/// Carries a linear form backwards from the logits or a membrane to the input, where its least value is known; at each step it stays a
/// lower bound. Coefficients are plain numbers: what their rounding could cost is taken from the constant, once for each map and step.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="network">The network.</param>
/// <param name="input">The set of inputs.</param>
/// <param name="bounds">Bounds over that set, of all layers that the walk passes.</param>
/// <param name="slopes">Which lines stand for open neurons.</param>
internal sealed partial class BackwardWalk<T>(Network<T> network, IInputSet<T> input, NetworkBounds<T> bounds, ISlopes slopes)
    where T : struct, IReal<T>
{
    private T constant;

    /// <summary>At most the least margin logit_own - logit_rival.</summary>
    public T Margin(int own, int rival)
    {
        constant = default;
        var coefficients = ReadOut(own, rival);
        var least = network.Graph is { } graph ? BackThrough(graph, coefficients, relax: true) : Back(coefficients, network.Stages.Count - 1);
        return T.Below(least / T.From(network.MarginScale));
    }

    /// <summary>At most the least value of sign times a membrane.</summary>
    /// <param name="layer">The spiking layer; bounds of its steps before t must be there.</param>
    /// <param name="t">The step.</param>
    /// <param name="neuron">The neuron.</param>
    /// <param name="sign">1 or -1.</param>
    public T Membrane(int layer, int t, int neuron, int sign)
    {
        if (network.Graph is not null)
        {
            throw new InvalidOperationException("Membranes are bounded by relaxation in chains of layers alone.");
        }

        constant = default;
        int width = network.Stages[layer].Width;
        var coefficients = Steps(t + 1, width);
        coefficients[t][neuron] = T.From(sign);
        if (bounds.Stages[layer].Stage.Recurrence is not null)
        {
            RelaxTogether(bounds.Stages[layer], coefficients, null);
        }
        else if (!RelaxTrain(layer, neuron, coefficients, null))
        {
            Relax(bounds.Stages[layer], layer, neuron, coefficients, null);
        }

        return Below(coefficients, layer);
    }

    /// <summary>At most the least margin with nothing known of the last spikes but their bounds.</summary>
    public T MarginOverSpikes(int own, int rival)
    {
        constant = default;
        var coefficients = ReadOut(own, rival);
        if (network.Graph is { } graph)
        {
            return T.Below(BackThrough(graph, coefficients, relax: false) / T.From(network.MarginScale));
        }

        T least = constant;
        for (int t = 0; t < network.Steps; t++)
        {
            var spikes = bounds.Stages[^1].Spikes(t);
            for (int i = 0; i < spikes.Count; i++)
            {
                T a = coefficients[t][i];
                least = T.Below(least + T.Below(a * (a >= default(T) ? spikes.Lower[i] : spikes.Upper[i])));
            }
        }

        return T.Below(least / T.From(network.MarginScale));
    }

    // The margin (T times it where logits are means) as a form on the last spikes.
    private T[][] ReadOut(int own, int rival)
    {
        var coefficients = Steps(network.Steps, network.Classes);
        for (int t = 0; t < network.Steps; t++)
        {
            var weight = network.ReadoutWeight(t);
            (coefficients[t][own], coefficients[t][rival]) = (weight.Lower, -weight.Lower);
            var outputs = bounds.Outputs(t);
            Pay(T.Above(T.Above(weight.Upper - weight.Lower) * T.Above(outputs[own].Magnitude + outputs[rival].Magnitude)));
            if (bounds.Float32 && !network.ReadsCounts)
            {
                // The readout adds up and divides, or walks with the decay: up to two operations a step.
                T size = T.Above(weight.Upper * T.Above(outputs[own].Magnitude + outputs[rival].Magnitude));
                Pay(T.Above(T.Above(SinglePrecision.Gamma<T>(network.ReadoutRoundings) * size) + SinglePrecision.Underflow<T>(network.ReadoutRoundings)));
            }

            if (network.Graph is null)
            {
                PullBack(network.Tail, bounds.Tail[t], ref coefficients[t]);
            }
        }

        return coefficients;
    }

    // From a form on the spikes of a layer to its least value over the inputs.
    private T Back(T[][] onSpikes, int layer) => Below(OnCurrents(onSpikes, layer), layer);

    // From a form on the spikes of a layer to one on its currents.
    private T[][] OnCurrents(T[][] onSpikes, int layer)
    {
        var coefficients = Steps(onSpikes.Length, network.Stages[layer].Width);
        if (bounds.Stages[layer].Stage.Recurrence is not null)
        {
            RelaxTogether(bounds.Stages[layer], coefficients, onSpikes);
            return coefficients;
        }

        for (int neuron = 0; neuron < network.Stages[layer].Width; neuron++)
        {
            if (!RelaxTrain(layer, neuron, coefficients, onSpikes))
            {
                Relax(bounds.Stages[layer], layer, neuron, coefficients, onSpikes);
            }
        }

        return coefficients;
    }

    // From a form on the currents of a layer to its least value over the inputs.
    private T Below(T[][] onCurrents, int layer)
    {
        var stage = bounds.Stages[layer];
        if (layer == 0 && network.HasConstantInput)
        {
            onCurrents = [Together(onCurrents, stage.Currents(0))];
        }

        for (int t = 0; t < onCurrents.Length; t++)
        {
            PullBack(stage.Stage.Maps, stage.Maps[t], ref onCurrents[t]);
        }

        return layer > 0 ? Back(onCurrents, layer - 1) : T.Below(constant + input.Least(onCurrents));
    }

    // A value that is the same at all steps is computed once: its coefficients are one number.
    private T[] Together(T[][] onCurrents, Box<T> current)
    {
        var sum = new T[current.Count];
        for (int neuron = 0; neuron < sum.Length; neuron++)
        {
            T absolute = default;
            foreach (var step in onCurrents)
            {
                sum[neuron] += step[neuron];
                absolute = T.Above(absolute + T.Abs(step[neuron]));
            }

            Pay(T.Above(T.Above(T.Lost(onCurrents.Length) * absolute) * current[neuron].Magnitude));
        }

        return sum;
    }

    // What float32 loses is paid map by map, or for all of them in one, by what their product sees: whichever is less.
    private void PullBack(MapChain<T> chain, IReadOnlyList<Box<T>> outputs, ref T[] coefficients)
    {
        var (each, together) = (constant, constant);
        T? lost = bounds.Float32 && outputs is [.., { Whole: { } values }] && chain.Whole is { } whole ? Lost(whole, values, coefficients) : null;
        for (int i = chain.Maps.Count - 1; i >= 0; i--)
        {
            each = T.Below(each + chain.Maps[i].Owed(coefficients, outputs[i], bounds.Float32));
            together = lost is null ? each : T.Below(together + chain.Maps[i].Owed(coefficients, outputs[i], float32: false));
            coefficients = chain.Maps[i].PullBack(coefficients);
        }

        constant = lost is { } all ? T.Max(each, T.Below(together - all)) : each;
    }

    // What float32 can take from a form on a product's outputs.
    private static T Lost(IAffineRows<T> whole, Box<T> outputs, T[] coefficients)
    {
        T lost = default;
        for (int j = 0; j < coefficients.Length; j++)
        {
            lost = coefficients[j].IsZero ? lost : T.Above(lost + T.Above(T.Abs(coefficients[j]) * whole.Float32Loss(j, outputs.Terms[j], outputs.Sums[j])));
        }

        return lost;
    }

    // One neuron with a constant current: one line below all that its train can contribute, whose slope stands at the first step.
    private bool RelaxTrain(int layer, int neuron, T[][] coefficients, T[][]? onSpikes)
    {
        var stage = bounds.Stages[layer];
        var neurons = stage.Stage.Neurons;
        var patterns = onSpikes is null ? null : stage.Patterns;
        if (!network.IsConstant(layer) || (!neurons.HavePeriods && patterns is null))
        {
            return false;
        }

        T onLast = coefficients[^1][neuron];
        var spikes = Array.ConvertAll(onSpikes ?? coefficients, step => onSpikes is null ? default : step[neuron]);
        bool isFlat = onLast.IsZero && Array.TrueForAll(spikes, value => value.IsZero);
        if (isFlat && !slopes.Always)
        {
            return true;
        }

        // The first membrane is the current.
        var current = stage.Membranes[0][neuron];
        if (slopes.OfTrain(new(
                neuron, Array.ConvertAll(spikes, value => value.ToDouble()), onLast.ToDouble(),
                current.Lower.ToDouble(), current.Upper.ToDouble(), neurons)) is not { } proposed)
        {
            return false;
        }

        // What weighs nothing has a slope where it shows that the case is impossible, and none otherwise.
        if (isFlat && proposed == 0)
        {
            return true;
        }

        T slope = T.From(double.IsFinite(proposed) ? proposed : 0);
        var periods = bounds.Assumptions?.Periods(neuron, network.Steps) ?? (1, network.Steps + 1);
        Add(patterns is null
            ? stage.Trains.Least(current, periods, spikes, onLast, slope, bounds.Float32 ? SinglePrecision.TrainBlur(neurons.Threshold) : 0)
            : patterns.Least(current, bounds.Assumptions?.Patterns(neuron) ?? default, spikes, slope));
        if (bounds.Float32 && !onLast.IsZero)
        {
            // The last membrane is a sum of at most so many currents, each step of which rounds twice.
            T largest = T.Above(T.From(network.Steps) * current.Magnitude);
            Pay(T.Above(T.Abs(onLast) * stage.TrainError(largest)));
        }

        coefficients[^1][neuron] = default;
        coefficients[0][neuron] = slope;
        return true;
    }

    // One neuron through all steps, from the last to the first. At each, what the spike weighs above (onSpikes; null for a walk that
    // starts on this layer's last membrane, whose own weight stands in coefficients) meets what the next membrane weighs.
    private void Relax(StageBounds<T> stage, int layer, int neuron, T[][] coefficients, T[][]? onSpikes)
    {
        if (stage.States is { } states)
        {
            Add(new EquationWalk<T>(stage, states, neuron).Relax(coefficients, onSpikes));
            return;
        }

        var neurons = stage.Stage.Neurons;
        T decay = T.From(neurons.Decay), next = default;
        for (int t = coefficients.Length - 1; t >= 0; t--)
        {
            if (onSpikes is null && t == coefficients.Length - 1)
            {
                next = coefficients[t][neuron];
                PayRounding(stage, t, neuron, default, next);
                continue;
            }

            T onSpike = onSpikes is null ? default : onSpikes[t][neuron];
            T onRest = decay * next;
            Pay(T.Above(T.Above(T.Lost(1) * T.Abs(onRest)) * Rest(stage.Membranes[t][neuron], neurons)) + T.Tiny);
            next = coefficients[t][neuron] = Line(stage, layer, t, neuron, onSpike, onRest);
            PayRounding(stage, t, neuron, onRest, next);
        }
    }

    // Float32: each use of a membrane costs its weight times what the step to it, and a soft reset after it, may have changed.
    private void PayRounding(StageBounds<T> stage, int t, int neuron, T onRest, T onMembrane)
    {
        if (!bounds.Float32)
        {
            return;
        }

        Pay(T.Above(T.Abs(onMembrane) * stage.StepError(t, neuron)));
        Pay(T.Above(T.Abs(onRest) * stage.ResetError(t, neuron)));
    }

    // At least the absolute value of what is left of a membrane.
    private static T Rest(Interval<T> membrane, Neurons neurons) => T.Above(
        membrane.Magnitude + T.From(neurons.Soft ? neurons.Threshold : Math.Abs(neurons.ResetValue)));

    // The slope of a line below c_s s + c_r r in the membrane; its intercept joins the constant.
    private T Line(StageBounds<T> stage, int layer, int t, int neuron, T onSpike, T onRest)
    {
        var neurons = stage.Stage.Neurons;
        var (membrane, phase) = (stage.Membranes[t][neuron], stage.Phases[t][neuron]);
        if (onSpike.IsZero && onRest.IsZero && !slopes.Always)
        {
            return default;
        }

        double? proposed = slopes.Of(new(
            layer, t, neuron, onSpike.ToDouble(), onRest.ToDouble(), membrane.Lower.ToDouble(), membrane.Upper.ToDouble(), phase, neurons));
        T slope = (proposed, phase) switch
        {
            ({ } hint, _) => T.From(double.IsFinite(hint) ? hint : 0),
            (_, Phase.Silent) => onRest,
            (_, Phase.Fires) => neurons.Soft ? onRest : default,
            _ => default,
        };
        // Silent neurons leave their membrane as it is, and nothing else.
        if (proposed is not null || phase != Phase.Silent)
        {
            Add(Vertices.Least(membrane, phase, neurons, onSpike, onRest, slope));
        }

        return slope;
    }

    private void Add(T lower) => constant = T.Below(constant + lower);

    private void Pay(T cost) => constant = T.Below(constant - cost);

    private static T[][] Steps(int steps, int width) => [.. Enumerable.Range(0, steps).Select(_ => new T[width])];
}
