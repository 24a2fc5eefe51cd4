using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels.Derived;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>
/// The walks through a network that is a graph: intervals from the input on, and linear forms back to it, whose coefficients are added up at each
/// node in reverse topological order. All steps of a node go together; neurons run on their fused kernels where those fit.
/// </summary>
internal sealed class GraphWalk
{
    private readonly NetworkNode[] nodes;
    private readonly int[] layers;
    private readonly bool[] read;
    private readonly NetworkStages stages;
    private readonly int steps;

    /// <summary>Prepares walks.</summary>
    /// <param name="stages">The network.</param>
    /// <param name="steps">T.</param>
    /// <param name="isDirect">Whether the input is the same at all steps.</param>
    public GraphWalk(NetworkStages stages, int steps, bool isDirect)
    {
        (this.stages, this.steps) = (stages, steps);
        nodes = [.. stages.Nodes];
        (layers, IsConstant, read) = (new int[nodes.Length], new bool[nodes.Length], new bool[nodes.Length]);
        int count = 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            layers[i] = nodes[i].Neurons is null ? -1 : count++;
            IsConstant[i] = nodes[i] is { Neurons: null, Later: 0 } && nodes[i].Sources.All(source => source < 0 ? isDirect : IsConstant[source]);
            // Maps before all neurons are one map of the input: a set of inputs knows best how far it moves their sums.
            if (nodes[i] is { Map: { } map, Sources: [>= 0 and var before] } && nodes[before] is { Map: { } first, Sources: [NetworkNode.Input] })
            {
                nodes[i] = NetworkNode.Affine(new AffineChain([.. Links(first), .. Links(map)]), NetworkNode.Input);
            }
        }

        for (int i = nodes.Length - 1; i >= 0; i--)
        {
            read[i] |= i == nodes.Length - 1 || layers[i] >= 0;
            foreach (int source in read[i] ? nodes[i].Sources : [])
            {
                if (source >= 0)
                {
                    read[source] = true;
                }
            }
        }

        Layers = count;
    }

    /// <summary>How many layers fire.</summary>
    public int Layers { get; }

    /// <summary>The nodes; maps before all neurons read the input.</summary>
    public IReadOnlyList<NetworkNode> Nodes => nodes;

    /// <summary>By node, whether its value is the same at every step.</summary>
    public bool[] IsConstant { get; }

    /// <summary>Whether anything asks for a node's value.</summary>
    public bool IsRead(int node) => read[node];

    /// <summary>The index among the spiking layers of a node that fires.</summary>
    public int LayerOf(int node) => layers[node];

    /// <summary>Bounds of all membranes (S-IBP).</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    public NetworkIntervals Bound(IPerturbedInput input)
    {
        List<NeuronIntervals> found = [];
        var spikes = new SpikeIntervals?[nodes.Length];
        var values = new Interval[nodes.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            if (!read[i])
            {
                continue;
            }

            var node = nodes[i];
            int source = node.Sources[0];
            if (node.Neurons is { } neurons)
            {
                found.Add(IsConstant[source] ? neurons.IntervalsConstant(values[source], steps)
                    : new(neurons, values[source], (int)values[source].Lower.size(0), constant: false, Sums(i, input)));
                spikes[i] = found[^1].Spikes;
            }
            else if (node.Later > 0)
            {
                values[i] = Later(node, spikes[source]?.ToInterval() ?? values[source], IsConstant[source], steps);
            }
            else if (node.Map is not { } map)
            {
                values[i] = Meet(node, node.Sources.Select(one => spikes[one]?.ToInterval() ?? values[one]));
            }
            else if (source < 0)
            {
                values[i] = input.Currents(map);
            }
            else if (spikes[source] is not { } bits)
            {
                values[i] = map.Apply(values[source]);
            }
            else if (map is FlattenMap flatten)
            {
                spikes[i] = flatten.Apply(bits);
            }
            else
            {
                values[i] = map.Apply(bits);
            }
        }

        return new([.. found]);
    }

    /// <summary>What <see cref="SpikingLayer.Sums"/> gives for neurons whose currents a map makes of the input; null for others.</summary>
    /// <param name="node">The neurons' node.</param>
    /// <param name="input">The set of perturbed inputs.</param>
    public Interval? Sums(int node, IPerturbedInput input)
    {
        var source = nodes[node].Sources[0];
        return source >= 0 && !IsConstant[source] && nodes[source] is { Map: { } map, Sources: [< 0] } ? nodes[node].Neurons!.Sums(input, map, steps) : null;
    }

    /// <summary>Lower bounds of rows over logits or membranes (S-CROWN).</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="query">Where the rows start, and which lines they are carried through.</param>
    /// <param name="rules">The arithmetic.</param>
    public LinearBound Relax(IPerturbedInput input, LinearQuery query, GraphRules rules) => Back(
        query, rules, (node, form) => rules.Relax(
            nodes[node].Neurons!, form, query, layers[node], IsConstant[nodes[node].Sources[0]]))!.Concretise(input);

    /// <summary>Lower bounds of rows over logits with nothing known of spikes but their bounds (S-IBP), [B, K].</summary>
    /// <param name="input">The set of perturbed inputs.</param>
    /// <param name="query">The rows.</param>
    /// <param name="rules">The arithmetic.</param>
    public Tensor BoundOutputs(IPerturbedInput input, LinearQuery query, GraphRules rules)
    {
        Tensor? least = null;
        void Add(Tensor bound) => least = least is null ? bound : least.Plus(bound);
        var rest = Back(query, rules, (node, form) =>
        {
            Add(form.Concretise(new BoxInput(SpikesOf(query.Membranes, node), hasTime: true)).Lower);
            return null;
        });
        if (rest is not null)
        {
            Add(rest.Concretise(input).Lower);
        }

        return least!;
    }

    /// <summary>Bounds of the sum of values, or of values side by side; what is the same at all steps is at each of them.</summary>
    /// <param name="node">The node.</param>
    /// <param name="values">Its sources' bounds.</param>
    public static Interval Meet(NetworkNode node, IEnumerable<Interval> values)
    {
        Interval[] all = [.. values];
        Tensor Of(Func<Interval, Tensor> end) => node.Joins
            ? Joined.Concat([.. all.Select(end)])
            : all.Select(end).Aggregate((sum, value) => sum.Plus(value));
        return new(Of(value => value.Lower), Of(value => value.Upper));
    }

    /// <summary>Bounds of a value some steps later.</summary>
    /// <param name="node">The node.</param>
    /// <param name="value">Its source's bounds.</param>
    /// <param name="constant">Whether that is the same at all steps.</param>
    /// <param name="steps">How many steps count.</param>
    public static Interval Later(NetworkNode node, Interval value, bool constant, int steps)
    {
        Tensor Of(Tensor end) => constant ? Joined.DelayConstant(end, node.Later, steps) : Joined.Delay(end, node.Later);
        return new(Of(value.Lower), Of(value.Upper));
    }

    // The form on the input; null where none arrives there. Null from neurons ends a form.
    private LinearForm? Back(LinearQuery query, GraphRules rules, Func<int, LinearForm, LinearForm?> relax)
    {
        LinearForm? onInput = null;
        var forms = new LinearForm?[nodes.Length];
        if (query.Layer == Layers)
        {
            forms[^1] = rules.ReadOut(stages.MembraneDecay is null ? LinearForm.OnMean(query) : LinearForm.OnOutputs(query, stages.ReadoutWeights(query.Steps)), query);
        }
        else
        {
            forms[Array.IndexOf(layers, query.Layer)] = LinearForm.OnMembrane(query);
        }

        void Send(int node, LinearForm form)
        {
            if (node < 0)
            {
                onInput = onInput is null ? form : rules.Meet(node, onInput, form);
            }
            else
            {
                forms[node] = forms[node] is { } other ? rules.Meet(node, other, form) : form;
            }
        }

        for (int i = nodes.Length - 1; i >= 0; i--)
        {
            if (forms[i] is not { } form)
            {
                continue;
            }

            var node = nodes[i];
            forms[i] = null;
            if (node.Neurons is not null)
            {
                if (relax(i, form) is { } onCurrents)
                {
                    Send(node.Sources[0], onCurrents);
                }
            }
            else if (node.Map is { } map)
            {
                Send(node.Sources[0], rules.Exact(i, form).PullBack(map));
            }
            else if (node.Later > 0)
            {
                var earlier = form.Computed().Earlier(node.Later);
                Send(node.Sources[0], IsConstant[node.Sources[0]] ? earlier.OverTime() : earlier);
            }
            else
            {
                Share(i, node.Joins ? form.Computed() : rules.Exact(i, form.Computed()), Send);
            }
        }

        return onInput;
    }

    // A form on a sum or on values side by side, for each of them; the constants go with the first.
    private void Share(int at, LinearForm form, Action<int, LinearForm> send)
    {
        long from = 0;
        bool isFirst = true;
        foreach (int source in nodes[at].Sources)
        {
            var own = isFirst ? form : form.WithoutConstants();
            if (nodes[at].Joins)
            {
                long length = ShapeOf(source)[0];
                own = own.Channels(from, length, IsConstant[at] ? 2 : 3);
                from += length;
            }

            send(source, IsConstant[source] && !IsConstant[at] ? own.OverTime() : own);
            isFirst = false;
        }
    }

    private long[] ShapeOf(int node)
    {
        while (nodes[node] is { Map: null } other)
        {
            if (other.Joins)
            {
                return [other.Sources.Sum(source => ShapeOf(source)[0]), .. ShapeOf(other.Sources[0])[1..]];
            }

            node = other.Sources[0];
        }

        return nodes[node].Map!.OutputShape;
    }

    private Interval SpikesOf(IReadOnlyList<Interval> membranes, int node)
    {
        if (membranes is MembraneBounds known)
        {
            return known.Layers[layers[node]].Spikes;
        }

        return GuardSides.Spikes(membranes[layers[node]], nodes[node].Neurons!.Equations.Spike);
    }

    private static IEnumerable<AffineMap> Links(AffineMap map) => map is AffineChain chain ? chain.Maps : [map];
}
