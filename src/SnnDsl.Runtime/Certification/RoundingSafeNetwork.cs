using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Kernels.Derived;
using SnnDsl.Model;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// A float32 network whose bounds hold for its forward pass as it runs: every float32 membrane, and every margin of the float32 logits,
/// whatever the order of summation, with or without fused multiply-add. Computed in float64 with outward error bounds; the sets of inputs
/// must come from <see cref="Perturbation.Enclose"/>. Where the network has an event-driven form on the CPU, intervals and margins run in
/// float32 with outward error bounds instead (<see cref="RoundedEngine"/>).
/// </summary>
internal sealed class RoundingSafeNetwork : Float64Network
{
    private readonly Lazy<AffineMap[]> magnitudes;
    private readonly Lazy<AffineMap?> tailMagnitudes;
    private readonly Lazy<AffineMap?[]> graphMagnitudes;
    private readonly RoundedEngine? engine;

    /// <param name="network">The network, which passes <see cref="Check"/>.</param>
    public RoundingSafeNetwork(SpikingModule network)
        : base(network)
    {
        engine = RoundedEngine.Of(network, this);
        magnitudes = new(() => [.. Stages.Spiking.Select(stage => Changed(stage.Map, weight => weight.abs()))]);
        graphMagnitudes = new(() => [.. Graph!.Nodes.Select(node => node.Map is { } map ? Changed(map, weight => weight.abs()) : null)]);
        tailMagnitudes = new(() => Stages.Tail is { } tail ? Changed(tail, weight => weight.abs()) : null);
    }

    /// <summary>Whether float32 sums of a network's weights can be bounded.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="NotSupportedException">Its weights are not float32, or no numbers that float32 sums can carry.</exception>
    public static void Check(SpikingModule network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var stages = network.Stages;
        foreach (var neurons in stages.Neurons.Where(neurons => !neurons.IsFused))
        {
            CheckCoefficients(neurons, network.Description.Name);
        }

        foreach (var (name, weight) in network.named_parameters())
        {
            if (weight.dtype != ScalarType.Float32)
            {
                throw new NotSupportedException(
                    $"{network.Description.Name} runs in {weight.dtype}, but rounding-safe bounds are for float32 networks: convert it to float32 "
                    + "first, or ask for precision float64, which bounds samples but certifies none.");
            }

            if (weight.numel() > 0 && !(weight.abs().max().item<float>() <= Rounding.Largest))
            {
                throw new NotSupportedException(FormattableString.Invariant(
                    $"{name} holds a value that is not a number or beyond {Rounding.Largest}: float32 sums over it can overflow, so train again, or ask for precision float64, which bounds samples but certifies none."));
            }
        }

        // Normalisations are in the weights that run.
        foreach (var map in stages.Maps)
        {
            _ = map.With(weight => weight.numel() == 0 || weight.abs().max().item<float>() <= Rounding.Largest
                ? weight
                : throw new NotSupportedException(FormattableString.Invariant(
                    $"A batch normalisation of {network.Description.Name} makes weights that are no numbers or beyond {Rounding.Largest} of a {map.GetType().Name.Replace("Map", "")}: train again, or ask for precision float64, which bounds samples but certifies none.")));
        }
    }

    // A coefficient that float32 may take for 0, or that lifts what was flushed, leaves nothing known.
    private static void CheckCoefficients(SpikingLayer neurons, string network)
    {
        var equations = neurons.Equations;
        Coefficients[] all =
        [
            equations.Decay, equations.Input, equations.Bias, equations.Guard, equations.Silent.Matrix, equations.Silent.Offset,
            equations.Fired.Matrix, equations.Fired.Offset,
        ];
        if (all.Any(m => Enumerable.Range(0, m.Rows).Any(i => Enumerable.Range(0, m.Columns).Any(j =>
            m[i, j] != 0 && (Math.Abs(m[i, j]) > Rounding.Largest || !float.IsNormal(m[i, j])))))
            || new[] { neurons.Factors.Decay, neurons.Factors.Gain }.OfType<Tensor>().Any(learned =>
                learned.IsNot(0).logical_and(learned < tensor(MathF.ScaleB(1, -126))).any().item<bool>()))
        {
            throw new NotSupportedException(FormattableString.Invariant(
                $"The neurons of {network} have a coefficient beyond {Rounding.Largest} or below the normal range of float32, so that rounding-safe bounds say nothing: declare others, or ask for precision float64, which bounds samples but certifies none."));
        }
    }

    /// <inheritdoc/>
    internal override MembraneError ErrorOf(IPerturbedInput input, IReadOnlyList<Interval> membranes, int layer, int steps) =>
        ErrorOf(input, membranes, layer, steps, spare: 0);

    /// <summary>The same, for sums that may take some operations more.</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="membranes">Bounds of the membranes of the layers before, each [T, B, ...].</param>
    /// <param name="layer">The spiking layer's index.</param>
    /// <param name="steps">How many steps count.</param>
    /// <param name="spare">How many operations more.</param>
    internal MembraneError ErrorOf(IPerturbedInput input, IReadOnlyList<Interval> membranes, int layer, int steps, int spare)
    {
        if (layer > 0)
        {
            return ErrorBehind(layer - 1, membranes[layer - 1].FirstSteps(steps), magnitudes.Value[layer], more: 1 + spare);
        }

        var (magnitude, nonzero) = FirstSums(input, steps);
        return new(magnitudes.Value[0], magnitude, nonzero, Steps, more: 1 + spare);
    }

    /// <summary>What float32 sums lose in the first layer's currents: |W| |x| + |b| at its largest, and how many terms can be other than 0.</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="steps">How many steps count.</param>
    /// <returns>[B, ...] and [B] under direct encoding, else [S, B, ...] and [S, B].</returns>
    internal (Tensor Magnitude, Tensor Nonzero) FirstSums(IPerturbedInput input, int steps) => FirstSums(input, magnitudes.Value[0], steps);

    /// <summary>The same for any map of the input.</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="map">The map, with absolute weights.</param>
    /// <param name="steps">How many steps count.</param>
    internal (Tensor Magnitude, Tensor Nonzero) FirstSums(IPerturbedInput input, AffineMap map, int steps)
    {
        var magnitude = input.Magnitudes.Currents(map).Upper;
        if (!IsConstant(0))
        {
            magnitude = magnitude.narrow(0, 0, steps);
        }

        return (magnitude, NonzeroInputs(input, magnitude, steps));
    }

    /// <inheritdoc/>
    protected override NetworkIntervals PropagateIntervals(IPerturbedInput input)
    {
        if (engine?.IsOn == true)
        {
            return engine.Bound(input);
        }

        if (Graph is not null)
        {
            return new RoundedGraph(this, Graph, graphMagnitudes.Value, input, null, Steps).Intervals;
        }

        List<Interval> membranes = [];
        List<IReadOnlyList<Interval>> states = [];
        Interval spikes = default, counts = default;
        foreach (var (map, neurons) in Stages.Spiking)
        {
            int layer = membranes.Count;
            var current = layer == 0 ? input.Currents(map) : map.Apply(spikes);
            var error = ErrorOf(input, membranes, layer, Steps);
            if (!neurons.IsFused)
            {
                var off = IsConstant(layer) ? error.At(0, null, 0) : stack(Enumerable.Range(0, Steps).Select(t => error.At(t, null, 0)));
                var sums = layer == 0 && !IsConstant(0) ? neurons.Sums(input, map, Steps) : null;
                var boxes = NeuronIntervalWalk.Bound(current.Widened(off), neurons.Factors, Steps, IsConstant(layer), new NeuronErrors(neurons.Factors), sums, off);
                (spikes, counts) = (boxes.Spikes, new(boxes.Spikes.Lower.sum(0L), boxes.Spikes.Upper.sum(0L)));
                membranes.Add(boxes.Membranes);
                states.Add(boxes.States);
                continue;
            }

            (spikes, var now) = RoundedNeuron.Intervals(current, error, neurons.Parameters, Steps, IsConstant(layer));
            membranes.Add(now);
            states.Add([now]);
            if (layer == Stages.Spiking.Count - 1)
            {
                counts = RoundedNeuron.Counts(current, error, now, spikes, neurons.Parameters, IsConstant(layer));
            }
        }

        return new(KnownMembranes.Of(membranes, states), spikes, counts);
    }

    /// <inheritdoc/>
    protected override LinearForm ReadOut(LinearQuery query)
    {
        var form = base.ReadOut(query);
        if (Description.ReadsSpikes)
        {
            // Spike counts are whole numbers, exact in float32; what dividing by T loses is paid for by whoever reports a bound.
            return form;
        }

        var error = ReadOutError(query.Membranes, query.Steps, [.. query.Rows.shape[2..]], spare: 0);
        var cost = (query.Rows.abs() * error.unsqueeze(1)).flatten(2).sum(-1).Times(Rounding.Up);
        return form.Plus(cost.neg());
    }

    /// <summary>
    /// How far values that are read out (not firing rates) may lie from what exact arithmetic makes of the last spikes, [B, classes...]: a
    /// value passes the sums of its map, T additions and T products (or one division), and a form's float64 sums.
    /// </summary>
    /// <param name="membranes">Bounds of the membranes, each [T, B, ...].</param>
    /// <param name="steps">T.</param>
    /// <param name="classes">The logits' shape.</param>
    /// <param name="spare">How many operations more it may take.</param>
    internal Tensor ReadOutError(IReadOnlyList<Interval> membranes, int steps, long[] classes, int spare)
    {
        int last = Stages.Spiking.Count - 1;
        return ErrorBehind(last, membranes[last].FirstSteps(steps), tailMagnitudes.Value ?? new FlattenMap(classes), more: Stages.ReadoutRoundings(steps) + spare)
            .Weighted(Stages.ReadoutWeights(steps));
    }

    /// <inheritdoc/>
    protected override LinearBound PropagateBack(IPerturbedInput input, LinearQuery query) =>
        engine?.IsOn == true && engine.Takes(query)
            ? engine.Relax(input, query, ReadOut(query))
            : base.PropagateBack(input, query);

    /// <inheritdoc/>
    protected override LinearForm Relax(LinearForm form, IPerturbedInput input, LinearQuery query, int layer)
    {
        var error = ErrorOf(input, query.Membranes, layer, form.Steps);
        return Relax(Stages.Spiking[layer].Neurons, error, form, query, layer, IsConstant(layer));
    }

    /// <inheritdoc/>
    private protected override GraphRules Rules(IPerturbedInput input, LinearQuery query) =>
        new RoundedGraph(this, Graph!, graphMagnitudes.Value, input, query.Membranes, query.Steps);

    /// <summary>Replaces a form on the spikes of neurons by a smaller one on what their currents are in exact arithmetic.</summary>
    /// <param name="neurons">The neurons.</param>
    /// <param name="error">How far their membranes may lie from their recursion.</param>
    /// <param name="form">The form.</param>
    /// <param name="query">The query.</param>
    /// <param name="layer">The spiking layer's index.</param>
    /// <param name="constant">Whether the current is the same at every step.</param>
    internal static LinearForm Relax(SpikingLayer neurons, MembraneError error, LinearForm form, LinearQuery query, int layer, bool constant)
    {
        if (neurons.Relaxation is { } walk)
        {
            neurons.Check(query, layer);
            IReadOnlyList<Interval> states = [.. query.StatesOf(layer).Select(state => state.FirstSteps(form.Steps))];
            return walk.Relax(
                form, query.Membranes[layer].FirstSteps(form.Steps), states, query, layer, sum: constant, new(neurons.Factors, error));
        }

        var neuron = neurons.Parameters;
        if (constant && form.Membrane is null && query.TakesTrains(layer, neuron.Equations) && !query.NeedsPlainLines(layer))
        {
            return TrainLine.Relax(form, neuron, query, layer, error);
        }

        return RoundedNeuron.Relax(form, query.Membranes[layer].FirstSteps(form.Steps), error, neuron, query, layer, sum: constant);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            engine?.Dispose();
        }

        base.Dispose(disposing);
    }

    // Behind spikes: their magnitudes are their upper bounds, and those that cannot fire add nothing that rounds.
    private MembraneError ErrorBehind(int layer, Interval membranes, AffineMap map, int more)
    {
        var spikes = GuardSides.Settled(membranes, Stages.Spiking[layer].Neurons.Equations.Spike).Silent.logical_not().to(membranes.Upper.dtype);
        return new(map, map.Apply(spikes), spikes.flatten(2).sum(-1L), Steps, more);
    }

    // How many inputs can be other than 0: of spikes the most that fire at one step, of pixels all of them.
    private Tensor NonzeroInputs(IPerturbedInput input, Tensor magnitude, int steps)
    {
        long[] shape = [.. Description.InputShape];
        long values = shape.Aggregate(1L, (a, b) => a * b);
        if (IsConstant(0))
        {
            return HeldScalars.Full([magnitude.shape[0]], values, ScalarType.Float64, magnitude.device);
        }

        var ones = new LinearMap(Ones(values, magnitude.device), null);
        var count = shape.Length == 1 ? input.Currents(ones) : input.Currents(new AffineChain(new FlattenMap(shape), ones));
        // A count is a whole number; its sum may have rounded.
        return count.Upper.narrow(0, 0, steps).squeeze(-1).round();
    }

    private static Tensor Ones(long count, Device device) => ones([1, count], ScalarType.Float64, device);
}
