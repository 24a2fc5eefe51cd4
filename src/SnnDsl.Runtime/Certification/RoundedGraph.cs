using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Kernels.Derived;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// A graph as it runs in float32, bounded in float64. Every node's value is a float32 number: a map's and a sum's lie an error beside what exact
/// arithmetic makes of their sources' float32 values (<see cref="MembraneError"/>, whose terms are the map's, or the summands), and so do the
/// membranes of neurons beside their recursion. Coefficients pay for that error where they pass the node.
/// </summary>
/// <remarks>
/// Each error also pays for the float64 sums over the same terms: of the bounds, of pulled-back coefficients, of coefficients over time. Where the
/// forms of several readers meet on one node, their sum is paid for there; on the input every reader is a map, and has paid.
/// </remarks>
internal sealed class RoundedGraph : GraphRules
{
    private readonly RoundingSafeNetwork network;
    private readonly GraphWalk walk;
    private readonly int steps;

    // By node: bounds of the float32 values, and how far these (of neurons: their membranes) lie from what they should be.
    private readonly Interval[] values;
    private readonly MembraneError?[] errors;

    private readonly List<Interval> membranes = [];
    private readonly List<IReadOnlyList<Interval>> states = [];
    private Interval lastSpikes, counts;

    /// <summary>Bounds every node's values.</summary>
    /// <param name="network">The network.</param>
    /// <param name="walk">Its nodes.</param>
    /// <param name="magnitudes">By node, its map with absolute weights.</param>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="known">Bounds of all membranes; null where they are to be found.</param>
    /// <param name="steps">How many steps count.</param>
    public RoundedGraph(
        RoundingSafeNetwork network, GraphWalk walk, AffineMap?[] magnitudes, IPerturbedInput input, IReadOnlyList<Interval>? known, int steps)
    {
        (this.network, this.walk, this.steps) = (network, walk, steps);
        (values, errors) = (new Interval[walk.Nodes.Count], new MembraneError?[walk.Nodes.Count]);
        for (int i = 0; i < values.Length; i++)
        {
            if (!walk.IsRead(i))
            {
                continue;
            }

            var node = walk.Nodes[i];
            if (node.Neurons is { } neurons)
            {
                var current = values[node.Sources[0]];
                errors[i] = ErrorOf(Size(current), walk.IsConstant[node.Sources[0]], more: 3);
                values[i] = known is null
                    ? Fire(i, neurons, current, input)
                    : GuardSides.Spikes(known[walk.LayerOf(i)].FirstSteps(steps), neurons.Equations.Spike);
            }
            else if (node.Map is { } map)
            {
                values[i] = Through(map, magnitudes[i]!, node.Sources[0], input, out errors[i]);
            }
            else if (node.Later > 0)
            {
                values[i] = GraphWalk.Later(node, values[node.Sources[0]], walk.IsConstant[node.Sources[0]], steps);
            }
            else
            {
                values[i] = GraphWalk.Meet(node, node.Sources.Select(source => values[source]));
                if (!node.Joins)
                {
                    var sizes = node.Sources.Select(source => Size(values[source])).Aggregate((sum, size) => sum.Plus(size));
                    errors[i] = ErrorOf(sizes, walk.IsConstant[i], more: node.Sources.Count + 1);
                    values[i] = values[i].Widened(All(errors[i]!, walk.IsConstant[i]));
                }
            }
        }
    }

    /// <summary>Bounds of all membranes, where they were to be found.</summary>
    public NetworkIntervals Intervals => new(KnownMembranes.Of(membranes, states), lastSpikes, counts);

    /// <inheritdoc/>
    public override LinearForm Exact(int node, LinearForm form) =>
        form.Plus(Cost(form.Spikes!, All(errors[node]!, walk.IsConstant[node]), walk.IsConstant[node]).Plus(Lost(form)).neg());

    /// <inheritdoc/>
    public override LinearForm Meet(int node, LinearForm one, LinearForm other)
    {
        var sum = one.Plus(other);
        var lost = Lost(one).Plus(Lost(other));
        return sum.Plus((node < 0 ? lost : lost.Plus(Cost(
            one.Spikes!.abs().Plus(other.Spikes!.abs()).Times(4 * Rounding.Double), Size(values[node]), walk.IsConstant[node]))).neg());
    }

    /// <inheritdoc/>
    public override LinearForm ReadOut(LinearForm form, LinearQuery query)
    {
        if (network.Description.ReadsSpikes)
        {
            // Spike counts are whole numbers, exact in float32; what dividing by T loses is paid for by whoever reports a bound.
            return form;
        }

        var error = ErrorOf(Size(values[^1]), constant: false, more: network.Stages.ReadoutRoundings(steps)).Weighted(network.Stages.ReadoutWeights(steps));
        return form.Plus(Cost(query.Rows, error, constant: true).neg());
    }

    /// <inheritdoc/>
    public override LinearForm Relax(SpikingLayer neurons, LinearForm form, LinearQuery query, int layer, bool constant)
    {
        int node = Enumerable.Range(0, values.Length).First(i => walk.LayerOf(i) == layer);
        return RoundingSafeNetwork.Relax(neurons, errors[node]!, form, query, layer, constant);
    }

    private Interval Through(AffineMap map, AffineMap absolute, int source, IPerturbedInput input, out MembraneError error)
    {
        bool constant = source < 0 ? network.Description.Encoding == Encoding.Direct : walk.IsConstant[source];
        Interval exact;
        if (source < 0)
        {
            exact = input.Currents(map);
            exact = constant ? exact : exact.FirstSteps(steps);
            var (magnitude, nonzero) = network.FirstSums(input, absolute, steps);
            error = new(absolute, magnitude, nonzero, network.Steps, more: 1);
        }
        else
        {
            exact = map.Apply(values[source]);
            var size = Size(values[source]);
            var nonzero = (size > zeros_like(size)).to(size.dtype).flatten(constant ? 1 : 2).sum(-1L);
            error = new(absolute, absolute.Apply(size), nonzero, network.Steps, more: 1);
        }

        return exact.Widened(All(error, constant));
    }

    // Bounds of membranes by induction over the steps, and of their spikes.
    private Interval Fire(int node, SpikingLayer neurons, Interval current, IPerturbedInput input)
    {
        int source = walk.Nodes[node].Sources[0];
        var (error, constant) = (errors[node]!, walk.IsConstant[source]);
        if (!neurons.IsFused)
        {
            var off = All(error, constant);
            var sums = walk.Sums(node, input);
            // Sums are of what exact arithmetic makes of the input: the map before the neurons has its part.
            var boxes = NeuronIntervalWalk.Bound(
                current.Widened(off), neurons.Factors, steps, constant, new NeuronErrors(neurons.Factors), sums, sums is null ? null : off.Plus(All(errors[source]!, constant)));
            membranes.Add(boxes.Membranes);
            states.Add(boxes.States);
            (lastSpikes, counts) = (boxes.Spikes, new(boxes.Spikes.Lower.sum(0L), boxes.Spikes.Upper.sum(0L)));
            return boxes.Spikes;
        }

        var (spikes, now) = RoundedNeuron.Intervals(current, error, neurons.Parameters, steps, constant);
        membranes.Add(now);
        states.Add([now]);
        if (membranes.Count == walk.Layers)
        {
            lastSpikes = spikes;
            counts = RoundedNeuron.Counts(current, error, now, spikes, neurons.Parameters, constant);
        }

        return spikes;
    }

    // Of numbers that are float32 already: sums of so many operations.
    private MembraneError ErrorOf(Tensor size, bool constant, int more)
    {
        long[] leading = size.shape[..(constant ? 1 : 2)];
        return new(new FlattenMap(size.shape[leading.Length..]), size, zeros(leading, size.dtype, size.device), network.Steps, more);
    }

    // At every step, [S, B, ...], or [B, ...].
    private Tensor All(MembraneError error, bool constant) =>
        constant ? error.At(0, null, 0) : stack(Enumerable.Range(0, steps).Select(t => error.At(t, null, 0)));

    // |a| . e of every row, [B, K].
    private static Tensor Cost(Tensor coefficients, Tensor errors, bool constant)
    {
        var products = coefficients.abs() * errors.unsqueeze(constant ? 1 : 2);
        return (constant ? products.flatten(2).sum(-1L) : products.flatten(3).sum(-1L).sum(0L)).Times(Rounding.Up);
    }

    // What adding to a form's constants may lose.
    private static Tensor Lost(LinearForm form) => form.Constants is { } constants
        ? constants.abs().Times(32 * Rounding.Double)
        : zeros(1, form.Spikes!.dtype, form.Spikes!.device);

    private static Tensor Size(Interval values) => maximum(values.Lower.abs(), values.Upper.abs());
}
