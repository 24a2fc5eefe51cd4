using SnnDsl.Bounds;
using SnnDsl.Events;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// Rounding-safe bounds on the event-driven code of the CPU, in float32: intervals, and linear bounds of margins in one walk. Everything else
/// (slopes, phases, rows on membranes, pools that lead straight into another map, other devices) is <see cref="RoundingSafeNetwork"/>'s own walk in float64,
/// which gives the same bounds up to what float32 sums lose.
/// </summary>
internal sealed class RoundedEngine : IDisposable
{
    private readonly RoundingSafeNetwork network;
    private readonly IReadOnlyList<NetworkStage> stages;
    private readonly RoundedMap[] maps;
    private readonly Tensor? firstBias;
    private readonly List<Tensor> weights;

    private RoundedEngine(RoundingSafeNetwork network, IReadOnlyList<NetworkStage> stages, RoundedMap[] maps, List<Tensor> weights)
    {
        (this.network, this.stages, this.maps, this.weights) = (network, stages, maps, weights);
        firstBias = maps[0].AbsoluteBias is { } bias
            ? bias.view([-1, .. Enumerable.Repeat(1L, stages[0].Map.OutputShape.Length - 1)])
            : null;
        if (firstBias is not null)
        {
            weights.Add(firstBias.DetachFromDisposeScope());
        }
    }

    /// <summary>Whether the fused engine is chosen; tests compare both.</summary>
    public bool IsOn => SpikingLayer.Engine != Engine.Plain;

    /// <summary>The engine of a network; null where it has no event-driven form, or runs elsewhere.</summary>
    /// <param name="network">The network, float32.</param>
    /// <param name="view">Its rounding-safe view.</param>
    public static RoundedEngine? Of(SpikingModule network, RoundingSafeNetwork view)
    {
        using var guard = no_grad();
        if (!view.Taken.IsChain || network.Stages.Spiking.Any(stage => !stage.Neurons.IsFused)
            || network.parameters().Any(weight => weight.device_type != DeviceType.CPU || weight.dtype != ScalarType.Float32))
        {
            return null;
        }

        List<Tensor> weights = [];
        var stages = view.Taken.Spiking;
        var maps = stages.Select(stage => RoundedMap.Of(stage.Map, stage.Map.With(Absolute))).ToArray();
        if (maps.All(map => map is not null && map.Values < RoundedLayer.MostTerms))
        {
            return new(view, stages, maps!, weights);
        }

        weights.ForEach(weight => weight.Dispose());
        return null;

        Tensor Absolute(Tensor weight)
        {
            var copy = weight.abs().DetachFromDisposeScope();
            weights.Add(copy);
            return copy;
        }
    }

    /// <summary>Whether a query is one for this engine: rows on logits, over this engine's bounds, through the lines of a rule.</summary>
    /// <param name="query">The query.</param>
    public bool Takes(LinearQuery query) =>
        query.Layer == stages.Count && query.Steps == network.Steps && query.Membranes is RoundedMembranes known
        && known.Layers[0].Samples == query.Rows.size(0) && !Enumerable.Range(0, stages.Count).Any(query.NeedsPlainLines);

    /// <summary>Bounds of all membranes.</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    public NetworkIntervals Bound(IPerturbedInput input)
    {
        List<RoundedLayer> layers = [First(input)];
        foreach (var (map, stage) in maps.Zip(stages).Skip(1))
        {
            layers.Add(RoundedIntervals.Through(layers[^1], map, stage.Neurons.Kernel));
        }

        return new(new RoundedMembranes(layers));
    }

    /// <summary>Lower bounds of rows on logits.</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="query">The query, which this engine takes.</param>
    /// <param name="form">The query's form on the last spikes, in float64.</param>
    public LinearBound Relax(IPerturbedInput input, LinearQuery query, LinearForm form)
    {
        var layers = ((RoundedMembranes)query.Membranes).Layers;
        // A spike is at most 1: what a coefficient loses on its way to float32 costs no more than itself.
        var exact = Inward(form.Spikes!);
        var top = exact.to(ScalarType.Float32);
        var cost = (exact - top.to(ScalarType.Float64)).abs().transpose(1, 2).flatten(2).sum(2L).Times(Rounding.Up);
        if (form.Constants is { } before)
        {
            cost = cost.Plus(before.neg()).Plus(before.abs().Times(32 * Rounding.Double));
        }

        var first = layers[0];
        var (samples, rows) = (top.size(0), top.size(2));
        var trains = first.IsConstant && query.Trains && ConstantTrains.Fits(first.Kernel.Parameters)
            ? new TrainKernel(ConstantTrains.Rounded(first.Kernel.Parameters, network.Steps))
            : null;
        var box = Box(input) is var (lower, upper) && first.IsConstant
            ? stack([EventLayout.Inward(lower, hasTime: false), EventLayout.Inward(upper, hasTime: false)], 1)
            : null;
        var plan = new RoundedPlan(
            [.. layers.Reverse()], [.. maps.Reverse()], query.Rule, network.Steps, (int)rows, trains, box);
        long[] places = box is not null ? box.Sizes()[2..] : first.Lower.Sizes()[(first.IsConstant ? 1 : 2)..];
        long[] shape = box is not null || first.IsConstant ? [samples, rows, .. places] : [samples, network.Steps, rows, .. places];
        Tensor end = TensorMemory.Empty(shape), constants = empty([samples, rows], ScalarType.Float64), bounds = empty_like(constants);
        Run(plan, top, end, constants, bounds);
        constants = constants - cost;
        var outward = places.Length == 3 ? end.movedim([-1], [-3]) : end;
        if (box is not null)
        {
            return new(bounds - cost, outward, constants);
        }

        return form.WithoutConstants().OnCurrents((first.IsConstant ? outward : outward.transpose(0, 1)).to(ScalarType.Float64), constants)
            .PullBack(network.Stages.Spiking[0].Map).Concretise(input);
    }

    /// <inheritdoc/>
    public void Dispose() => weights.ForEach(weight => weight.Dispose());

    private static unsafe void Run(RoundedPlan plan, Tensor top, Tensor end, Tensor constants, Tensor bounds)
    {
        var walk = new RoundedWalk(plan, TensorMemory.Address(top), TensorMemory.Address(end));
        var (sums, results) = (TensorMemory.Address(constants), TensorMemory.Address(bounds));
        Cores.Share(plan.Samples, plan.Samples * plan.Work, (from, to) =>
        {
            using var memory = new RoundedMemory(plan);
            for (long sample = from; sample < to; sample++)
            {
                walk.Run(sample, memory, (double*)sums + (sample * plan.Rows), (double*)results + (sample * plan.Rows));
            }
        });
        GC.KeepAlive(plan);
        GC.KeepAlive(top);
    }

    // A box of pixels with ends in float32, those of the given one outward.
    private static (Tensor Lower, Tensor Upper)? Box(IPerturbedInput input) =>
        input is BoxInput { HasTime: false, Box: { Lower.dtype: ScalarType.Float64 } box } ? RoundedBox.Outward(box.Lower, box.Upper) : null;

    private RoundedLayer First(IPerturbedInput input)
    {
        var (map, neurons, steps) = (stages[0].Map, stages[0].Neurons.Kernel, network.Steps);
        bool isConstant = network.Description.Encoding == Encoding.Direct;
        if (isConstant && Box(input) is var (lower, upper))
        {
            // |c| + |r| is the largest |x|: one product for the radius and the magnitude.
            var (centre, radius) = (lower.Plus(upper).Times(0.5), (upper - lower).Times(0.5));
            var sums = map.ApplyAbsolute(cat([radius, maximum(lower.abs(), upper.abs())]));
            var middle = map.Apply(centre);
            var (spread, magnitude) = (sums.narrow(0, 0, lower.size(0)), sums.narrow(0, lower.size(0), lower.size(0)));
            return Layer(
                middle - spread, middle.Plus(spread), firstBias is null ? magnitude : magnitude.Plus(firstBias),
                [.. Enumerable.Repeat(maps[0].Terms(int.MaxValue), (int)lower.size(0))]);
        }

        // The sets of other encodings know their own sums, in float64; rounding them to float32 is one rounding more.
        var current = input.Currents(network.Stages.Spiking[0].Map);
        var (size, nonzero) = network.FirstSums(input, steps);
        if (!isConstant)
        {
            current = current.FirstSteps(steps);
            nonzero = nonzero.transpose(0, 1).contiguous();
        }

        return Layer(
            current.Lower.to(ScalarType.Float32), current.Upper.to(ScalarType.Float32), size.to(ScalarType.Float32),
            [.. nonzero.AtMost(int.MaxValue / 2).contiguous().data<double>().Select(count => maps[0].Terms((int)Math.Ceiling(count)))]);

        RoundedLayer Layer(Tensor least, Tensor most, Tensor magnitudes, int[] terms) => new(
            neurons, steps, isConstant, EventLayout.Inward(least, !isConstant), EventLayout.Inward(most, !isConstant),
            EventLayout.Inward(magnitudes, !isConstant), terms, maps[0].Values);
    }

    // [T, B, K, (C, H, W) or N] to [B, T, K, (H, W, C) or N].
    private static Tensor Inward(Tensor a) => (a.dim() == 6 ? a.movedim([-3], [-1]) : a).transpose(0, 1).contiguous();
}
