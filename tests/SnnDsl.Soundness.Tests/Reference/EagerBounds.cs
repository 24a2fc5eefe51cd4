using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>
/// Both bounds of a batch in float64 torch operations over explicit matrices, left to autograd: whose gradients the library's must
/// equal. Checked against <see cref="ScalarBounds"/>, value by value.
/// </summary>
/// <param name="blueprint">The network.</param>
/// <param name="parameter">Its weights, float64.</param>
/// <param name="inputs">Each sample's set.</param>
/// <param name="steps">T.</param>
internal sealed class EagerBounds(Blueprint blueprint, Func<string, Tensor?> parameter, IReadOnlyList<IInputSet> inputs, int steps)
{
    /// <summary>Bounds of a layer's membranes and spikes, [T, B, N].</summary>
    public readonly record struct LayerIntervals(Tensor Lower, Tensor Upper, Tensor SpikeLower, Tensor SpikeUpper);

    public IReadOnlyList<LayerIntervals> Intervals()
    {
        List<LayerIntervals> layers = [];
        foreach (var stage in blueprint.Stages)
        {
            var (lower, upper) = layers.Count == 0 ? FirstCurrents() : Through(stage.Maps, (layers[^1].SpikeLower, layers[^1].SpikeUpper));
            layers.Add(Neurons(lower, upper, stage.Neuron));
        }

        return layers;
    }

    /// <summary>S-IBP's margins, [B, K], of rows over the logits with one +1 and one -1.</summary>
    public Tensor IntervalMargins(IReadOnlyList<LayerIntervals> layers, Tensor rows)
    {
        var (coefficients, constant) = OnSpikes(rows);
        var (lower, upper) = (layers[^1].SpikeLower.unsqueeze(2), layers[^1].SpikeUpper.unsqueeze(2));
        var least = coefficients.clamp(min: 0) * lower + coefficients.clamp(max: 0) * upper;
        return least.sum(3).sum(0L) + constant;
    }

    /// <summary>S-CROWN's lower bounds of rows [B, K, classes] over the logits.</summary>
    public Tensor LinearMargins(IReadOnlyList<LayerIntervals> layers, Tensor rows, bool paper)
    {
        var (coefficients, constant) = OnSpikes(rows);
        for (int layer = blueprint.Stages.Count - 1; layer >= 0; layer--)
        {
            var neuron = blueprint.Stages[layer].Neuron;
            var onCurrents = new Tensor[steps];
            var next = zeros_like(coefficients[0]);
            for (int t = steps - 1; t >= 0; t--)
            {
                var (l, u) = (layers[layer].Lower[t].unsqueeze(1), layers[layer].Upper[t].unsqueeze(1));
                var (slope, intercept) = Line(coefficients[t], next * neuron.Decay, l, u, neuron, paper);
                onCurrents[t] = next = slope;
                constant += intercept.sum(-1);
            }

            (coefficients, constant) = PullBack(blueprint.Stages[layer].Maps, stack(onCurrents), constant);
        }

        return constant + Least(coefficients);
    }

    private static LayerIntervals Neurons(Tensor lower, Tensor upper, Neuron neuron)
    {
        double th = neuron.Threshold;
        List<Tensor> ls = [], us = [], lowerSpikes = [], upperSpikes = [];
        var (restLower, restUpper) = (zeros_like(lower[0]), zeros_like(upper[0]));
        for (int t = 0; t < lower.shape[0]; t++)
        {
            var (l, u) = (restLower * neuron.Decay + lower[t], restUpper * neuron.Decay + upper[t]);
            var (never, always) = (u <= th, l > th);
            if (neuron.Soft)
            {
                restLower = where(never, l, where(always, l - th, where(l < 0, l, zeros_like(l))));
                restUpper = where(never, u, where(always, u - th, where(u - th > th, u - th, full_like(u, th))));
            }
            else
            {
                var v0 = full_like(l, neuron.ResetValue);
                restLower = where(never, l, where(always, v0, where(l < v0, l, v0)));
                restUpper = where(never, u, where(always, v0, full_like(u, Math.Max(th, neuron.ResetValue))));
            }

            ls.Add(l);
            us.Add(u);
            lowerSpikes.Add(neuron.Spike(l));
            upperSpikes.Add(neuron.Spike(u));
        }

        return new(stack(ls), stack(us), stack(lowerSpikes), stack(upperSpikes));
    }

    private static (Tensor Slope, Tensor Intercept) Line(Tensor cs, Tensor cr, Tensor l, Tensor u, Neuron neuron, bool paper)
    {
        double th = neuron.Threshold;
        var (never, always) = (u <= th, l > th);
        var unstable = never.logical_or(always).logical_not();
        var one = ones_like(l);
        var (left, right, width) = (where(unstable, th - l, one), where(unstable, u - th, one), where(unstable, u - l, one));
        var steers = left > right + (left + right + th) * Kernels.LineLimits.Near;
        var spike = neuron.Soft ? cs - cr * th : cs + cr * neuron.ResetValue;
        var rest = neuron.Soft ? zeros_like(cr) : cr;
        Tensor slope, intercept;
        if (paper)
        {
            var end = where(rest > 0, rest * l, rest * th);
            var onSpike = spike - end;
            var wide = steers.logical_not();
            var up = onSpike > 0;
            slope = where(wide, where(up, onSpike / right, zeros_like(cs)), where(up, zeros_like(cs), onSpike / left));
            intercept = end + where(wide, where(up, -onSpike * th / right, onSpike), where(up, zeros_like(cs), -onSpike * l / left));
        }
        else
        {
            var v = where(rest * th < spike, rest * th, spike);
            var (k1, k2) = ((v - rest * l) / left, (spike - v) / right);
            var k = where(steers, k1, k2);
            var chord = (spike - rest * l) / width;
            slope = where(k1 <= k2, k, chord);
            intercept = where(k1 <= k2, v - k * th, rest * l - chord * l);
        }

        var passed = neuron.Soft ? cr : zeros_like(cr);
        return (where(unstable, slope + passed, where(never, cr, passed)), where(unstable, intercept, where(never, zeros_like(cs), spike)));
    }

    private (Tensor Weight, Tensor Bias) Dense(AffineOperation map)
    {
        Tensor Unbiased(Tensor x) => map.Run(x.reshape([-1, .. map.Input]), name => name.EndsWith(".bias") ? null : parameter(name));
        // A shift is there without a parameter.
        var units = Unbiased(eye(map.Inputs, dtype: float64)) - Unbiased(zeros([1, map.Inputs], float64));
        var bias = map.Run(zeros([1, .. map.Input], float64), parameter).flatten();
        return (units.reshape(map.Inputs, map.Outputs).t(), bias);
    }

    private (Tensor Lower, Tensor Upper) Through(IEnumerable<AffineOperation> maps, (Tensor Lower, Tensor Upper) box)
    {
        foreach (var map in maps)
        {
            if (map is SumOperation { IsMaximum: true })
            {
                // Its gradient is not that of a matrix.
                Tensor Of(Tensor x) => map.Run(x.reshape([-1, .. map.Input]), parameter).reshape([.. x.shape[..^1], map.Outputs]);
                box = (Of(box.Lower), Of(box.Upper));
                continue;
            }

            var (weight, bias) = Dense(map);
            var (positive, negative) = (weight.clamp(min: 0).t(), weight.clamp(max: 0).t());
            box = (box.Lower.matmul(positive) + box.Upper.matmul(negative) + bias,
                box.Upper.matmul(positive) + box.Lower.matmul(negative) + bias);
        }

        return box;
    }

    private (Tensor Lower, Tensor Upper) FirstCurrents()
    {
        var maps = blueprint.Stages[0].Maps;
        if (inputs[0].Box(steps) is not null)
        {
            var boxes = inputs.Select(input => input.Box(steps)!.Value).ToList();
            return Through(maps, (Stack(boxes.Select(box => box.Lower)), Stack(boxes.Select(box => box.Upper))));
        }

        var sets = inputs.Cast<ChangedSpikes>().ToList();
        var spikes = Stack(sets.Select(set => set.Spikes));
        var changes = Stack(sets.Select(set =>
            set.Spikes.Select((step, t) => step.Select((_, i) => set.Change(t, i)).ToArray()).ToArray()));
        var (weight, bias) = maps.Select(Dense).Aggregate((before, next) =>
            (next.Weight.matmul(before.Weight), next.Weight.matmul(before.Bias) + next.Bias));
        var centre = spikes.matmul(weight.t()) + bias;
        var gains = changes.unsqueeze(2) * weight;
        int count = (int)Math.Min(sets[0].Count, gains.shape[3]);
        var least = gains.clamp(max: 0).sort(3).Values.narrow(3, 0, count).sum(3);
        var most = gains.clamp(min: 0).sort(3, descending: true).Values.narrow(3, 0, count).sum(3);
        return (centre + least, centre + most);
    }

    private (Tensor Coefficients, Tensor Constant) OnSpikes(Tensor rows)
    {
        var onLogits = stack(Enumerable.Range(0, steps).Select(t => rows * blueprint.ReadoutWeight(t, steps)));
        return PullBack(blueprint.Tail, onLogits, zeros(rows.shape[0], rows.shape[1], float64));
    }

    private (Tensor Coefficients, Tensor Constant) PullBack(IEnumerable<AffineOperation> maps, Tensor coefficients, Tensor constant)
    {
        foreach (var map in maps.Reverse())
        {
            var (weight, bias) = Dense(map);
            constant += (coefficients * bias).sum(-1).sum(0L);
            coefficients = coefficients.matmul(weight);
        }

        return (coefficients, constant);
    }

    // A minimum over points is, where its point is unique, as smooth as the linear form at that point.
    private Tensor Least(Tensor coefficients)
    {
        var values = Values.Of(coefficients.detach());
        var (samples, rows, n) = ((int)coefficients.shape[1], (int)coefficients.shape[2], (int)coefficients.shape[3]);
        var worst = new double[values.Length];
        for (int b = 0; b < samples; b++)
        {
            for (int k = 0; k < rows; k++)
            {
                int At(int t) => ((t * samples + b) * rows + k) * n;
                double[][] point = inputs[b].Worst([.. Enumerable.Range(0, steps).Select(t => values[At(t)..(At(t) + n)])]);
                for (int t = 0; t < steps; t++)
                {
                    point[t].CopyTo(worst, At(t));
                }
            }
        }

        return (coefficients * tensor(worst, coefficients.shape, float64)).sum(3).sum(0L);
    }

    // Samples' [t][n] as [T, B, n].
    private static Tensor Stack(IEnumerable<double[][]> samples) =>
        stack(samples.Select(sample => stack(sample.Select(step => tensor(step, float64)))), 1);
}
