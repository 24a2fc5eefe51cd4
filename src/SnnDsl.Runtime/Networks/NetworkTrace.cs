using SnnDsl.Affine;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>
/// One run of a network, seen from inside: currents, membranes and spikes of every layer at every step. Made by
/// <see cref="SpikingModule.Trace"/>; dispose it, for it holds all these tensors.
/// </summary>
public sealed class NetworkTrace : IDisposable
{
    private NetworkTrace(IReadOnlyList<LayerTrace> layers, Tensor logits) => (Layers, Logits) = (layers, logits);

    /// <summary>The spiking layers in order.</summary>
    public IReadOnlyList<LayerTrace> Layers { get; }

    /// <summary>The logits, [B, classes]: those of the forward pass, bit for bit.</summary>
    public Tensor Logits { get; }

    /// <summary>
    /// The run step by step, for loops and breakpoints: what every layer got and did at step t, [B, ...]. The tensors are views of the trace's.
    /// </summary>
    public IEnumerable<TraceStep> Steps() => Enumerable.Range(0, (int)Layers[0].Spikes.size(0)).Select(t => new TraceStep(
        t, [.. Layers.Select(layer => new LayerStep(layer.Name, layer.Currents[t], layer.Membranes[t], layer.Spikes[t]))]));

    /// <summary>Disposes all tensors.</summary>
    public void Dispose()
    {
        foreach (var tensor in Layers.SelectMany(Tensors).Append(Logits))
        {
            tensor.Dispose();
        }
    }

    /// <summary>Runs a network on encoded input and keeps what is inside.</summary>
    internal static NetworkTrace Of(SpikingModule network, Tensor encoded)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        List<LayerTrace> layers = [];
        var names = network.Description.SpikingLayers;
        bool isDirect = network.Description.Encoding == Encoding.Direct;
        var nodes = network.Stages.Nodes;
        // Of each node: what it gives, as spikes or as a tensor, and whether that is the same at all steps.
        var spikes = new SpikeTrain?[nodes.Count];
        var values = new Tensor?[nodes.Count];
        var constant = new bool[nodes.Count];
        Tensor ValueOf(int source) => source < 0 ? encoded : values[source] ??= spikes[source]!.ToTensor();
        // The maps since the last neurons: their operations count for the next ones.
        List<(AffineMap Map, Tensor Values)> maps = [];
        for (int i = 0; i < nodes.Count; i++)
        {
            var node = nodes[i];
            int source = node.Sources[0];
            bool isConstant = node.Sources.All(one => one < 0 ? isDirect : constant[one]);
            if (node.Map is { } map)
            {
                constant[i] = isConstant;
                if (source >= 0 && spikes[source] is { } bits && map is FlattenMap flatten)
                {
                    spikes[i] = flatten.Apply(bits);
                    continue;
                }

                values[i] = source >= 0 && spikes[source] is { } before ? Through(map, before) : map.Apply(ValueOf(source));
                // [T, B, ...], or [1, B, ...] where all steps get the same.
                maps.Add((map, isConstant ? ValueOf(source).unsqueeze(0) : ValueOf(source)));
            }
            else if (node.Neurons is { } neurons)
            {
                var current = ValueOf(source);
                spikes[i] = isConstant ? neurons.FireConstant(current, network.Steps) : neurons.Fire(current);
                // What comes back is a current, too; after the last step nothing does.
                var back = neurons.Recurrence is { } recurrence && network.Steps > 1 ? (Map: recurrence, Values: ValueOf(i)[..^1]) : default;
                // A run is a box of one point: both ends of its membranes' bounds are its membranes.
                var membranes = neurons.Bound(new(current, current), network.Steps, isConstant).Membranes.Lower;
                var counted = maps.ConvertAll(one => Count(one.Map, one.Values));
                maps.Clear();
                var all = isConstant ? current.unsqueeze(0).expand([network.Steps, .. current.shape]) : current.alias();
                if (back.Map is { } comesBack)
                {
                    counted.Add(Count(comesBack, back.Values));
                    all = cat([all[..1], all[1..].Plus(comesBack.Apply(back.Values))]);
                }

                layers.Add(new(
                    names[layers.Count].Name,
                    all,
                    membranes,
                    ValueOf(i).alias(),
                    counted.Select(one => one.Operations).Aggregate(zeros(encoded.size(isDirect ? 0 : 1), ScalarType.Float64, current.device), (sum, one) => sum.Plus(one)),
                    counted.Sum(one => one.Dense)));
            }
            else if (node.Later > 0)
            {
                values[i] = isConstant ? Joined.DelayConstant(ValueOf(source), node.Later, network.Steps) : Joined.Delay(ValueOf(source), node.Later);
            }
            else
            {
                constant[i] = isConstant;
                Tensor[] all = [.. node.Sources.Select(ValueOf)];
                values[i] = node.Joins ? Joined.Concat(all) : Joined.Add(all);
            }
        }

        var trace = new NetworkTrace(layers, network.Run(encoded));
        foreach (var tensor in layers.SelectMany(Tensors).Append(trace.Logits))
        {
            tensor.DetachFromDisposeScope();
        }

        return trace;
    }

    private static Tensor[] Tensors(LayerTrace layer) => [layer.Currents, layer.Membranes, layer.Spikes, layer.Operations];

    // As the emitted forward pass has it, map by map: spikes stay spikes until the first weights, so that sums have the same order.
    private static Tensor Through(AffineMap map, SpikeTrain spikes)
    {
        Tensor? values = null;
        foreach (var link in map is AffineChain chain ? chain.Maps : [map])
        {
            if (values is null && link is FlattenMap flatten)
            {
                spikes = flatten.Apply(spikes);
            }
            else
            {
                values = values is null ? link.Apply(spikes) : link.Apply(values);
            }
        }

        return values ?? spikes.ToTensor();
    }

    // Operations of each sample, [B], and how many they were if no value were zero.
    private static (Tensor Operations, double Dense) Count(AffineMap map, Tensor values)
    {
        var (fanOut, later) = FanOut(map, values.device);
        return (
            (values.not_equal(0).to(ScalarType.Float64) * fanOut).transpose(0, 1).flatten(1).sum(1L).Plus(values.size(0) * later),
            values.size(0) * (later + fanOut.sum().item<double>()));
    }

    // How many weights each value of a map's input meets, [input shape]; and how many all values meet in maps behind the first with weights,
    // whose inputs are sums and hardly ever zero.
    private static (Tensor First, double Later) FanOut(AffineMap map, Device device)
    {
        AffineMap[] links = map is AffineChain chain ? [.. chain.Maps] : [map];
        var counted = Array.ConvertAll(links, link => (Map: Ones(link, out bool isWeighted), IsWeighted: isWeighted));
        int first = Array.FindIndex(counted, link => link.IsWeighted);
        first = first < 0 ? counted.Length - 1 : first;
        Tensor All(AffineMap one) => ones([1, .. one.OutputShape], ScalarType.Float64, device);
        var fanOut = counted[..(first + 1)].Reverse().Aggregate(All(counted[first].Map), (counts, link) => link.Map.PullBack(counts));
        return (fanOut.squeeze(0), counted[(first + 1)..].Where(link => link.IsWeighted).Sum(link => link.Map.PullBack(All(link.Map)).sum().item<double>()));
    }

    private static AffineMap Ones(AffineMap map, out bool isWeighted)
    {
        bool any = false;
        var result = map.With(weight =>
        {
            any = true;
            return weight.dim() == 1 ? zeros_like(weight, ScalarType.Float64) : ones_like(weight, ScalarType.Float64);
        });
        isWeighted = any;
        return result;
    }
}
