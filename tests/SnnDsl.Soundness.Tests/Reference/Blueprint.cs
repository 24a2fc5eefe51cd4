using System.Reflection;

namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>A declared network, read from its attributes at run time: the reference knows nothing of the compiler's reading of them.</summary>
internal sealed record Blueprint
{
    public required string Name { get; init; }

    public required int Steps { get; init; }

    public required Encoding Encoding { get; init; }

    public required long[] Input { get; init; }

    /// <summary>The spiking layers, each with the maps before it.</summary>
    public required IReadOnlyList<Stage> Stages { get; init; }

    /// <summary>The maps after the last spiking layer; none where the logits are firing rates.</summary>
    public required IReadOnlyList<AffineOperation> Tail { get; init; }

    /// <summary>The decay of a last membrane that is read out; null for the mean over time.</summary>
    public required double? MembraneDecay { get; init; }

    /// <summary>Whether that readout is by the mean of the membrane over time.</summary>
    public bool MeanMembrane { get; private init; }

    /// <summary>The normalisations, by the layer before them, into whose weights they are folded.</summary>
    public required IReadOnlyDictionary<string, Norm> Norms { get; init; }

    public int Classes => (int)(Tail.Count > 0 ? Tail[^1].Outputs : Stages[^1].Neurons);

    public IEnumerable<AffineOperation> Operations => Stages.SelectMany(stage => stage.Maps).Concat(Tail);

    /// <summary>What step t of T weighs in the logits.</summary>
    public double ReadoutWeight(int t, int steps) =>
        MembraneDecay is not { } decay ? 1.0 / steps
        : MeanMembrane ? Enumerable.Range(t, steps - t).Sum(later => Math.Pow(decay, later - t)) / steps
        : Math.Pow(decay, steps - 1 - t);

    public static Blueprint Of(Type network)
    {
        var head = network.GetCustomAttribute<SpikingNetworkAttribute>()!;
        long[] shape = [.. network.GetCustomAttribute<InputAttribute>()!.Shape.Select(n => (long)n)];
        long[] input = shape;
        List<Stage> stages = [];
        List<AffineOperation> maps = [];
        Dictionary<string, Norm> norms = [];
        foreach (var layer in network.GetCustomAttributes<LayerAttribute>())
        {
            string name = layer.Name!;
            if (layer is LifAttribute lif)
            {
                stages.Add(new(name, maps, Neuron.From(lif), shape));
                maps = [];
                continue;
            }

            if (layer is DropoutAttribute)
            {
                continue; // only training knows of it
            }

            if (layer is BatchNorm1dAttribute or BatchNorm2dAttribute)
            {
                double epsilon = layer is BatchNorm1dAttribute ofVectors ? ofVectors.Epsilon : ((BatchNorm2dAttribute)layer).Epsilon;
                norms.Add(maps[^1].Name, new(name, (float)epsilon));
                maps[^1] = maps[^1] is LinearOperation full ? full with { HasBias = true } : (ConvOperation)maps[^1] with { HasBias = true };
                continue;
            }

            if (layer is IfAttribute integrating)
            {
                stages.Add(new(name, maps, Neuron.From(integrating), shape));
                maps = [];
                continue;
            }

            if (layer is MaxPool2dAttribute max)
            {
                var sums = Sum(name, shape, max.Kernel, max.Stride, max.Padding, isMaximum: true);
                shape = sums.Output;
                stages.Add(new(name, [sums], Neuron.AboveZero, shape));
                continue;
            }

            AffineOperation map = layer switch
            {
                LinearAttribute linear => new LinearOperation(name, shape[0], linear.Features, linear.Bias),
                Conv2dAttribute conv => new ConvOperation(
                    name,
                    shape,
                    [conv.Channels, .. Slide(shape, conv.Kernel, conv.Stride, conv.Padding)],
                    conv.Kernel, conv.Stride, conv.Padding, conv.Bias),
                AvgPool2dAttribute pool => Pool(name, shape, pool.Kernel, pool.Stride == 0 ? pool.Kernel : pool.Stride),
                SumPool2dAttribute pool => Sum(name, shape, pool.Kernel, pool.Stride, pool.Padding, isMaximum: false),
                NormalizeAttribute pixels => new NormalizeOperation(
                    name, shape, [.. pixels.Std.Select(std => (double)(float)(1 / std))], [.. pixels.Mean.Zip(pixels.Std, (mean, std) => (double)(float)(-mean / std))]),
                VotingAttribute voting => new VotingOperation(name, shape[0], voting.Size),
                FlattenAttribute => new FlattenOperation(name, shape, [shape.Aggregate(1L, (a, b) => a * b)]),
                _ => throw new ArgumentException($"The reference does not know {layer}."),
            };
            maps.Add(map);
            shape = map.Output;
        }

        return new()
        {
            Name = network.Name,
            Steps = head.TimeSteps,
            Encoding = head.Encoding,
            Input = input,
            Stages = stages,
            Tail = maps,
            Norms = norms,
            MembraneDecay = network.GetCustomAttribute<MembraneReadoutAttribute>() is { } readout ? (float)readout.Decay
                : network.GetCustomAttribute<LiAttribute>() is { } integrator ? (float)(integrator.Tau == 0 ? integrator.Decay : 1 - 1 / integrator.Tau) : null,
            MeanMembrane = network.GetCustomAttribute<LiAttribute>() is { Mean: true },
        };
    }

    private static PoolOperation Pool(string name, long[] shape, int kernel, int stride) =>
        new(name, shape, [shape[0], .. Slide(shape, kernel, stride, 0)], kernel, stride);

    private static SumOperation Sum(string name, long[] shape, int kernel, int stride, int padding, bool isMaximum)
    {
        int step = stride == 0 ? kernel : stride;
        return new(name, shape, [shape[0], .. Slide(shape, kernel, step, padding)], kernel, step, padding, isMaximum);
    }

    // How often a window fits, row by row and column by column.
    private static IEnumerable<long> Slide(long[] shape, int kernel, int stride, int padding)
    {
        foreach (long side in shape.Skip(1))
        {
            long count = 0;
            for (long at = -padding; at + kernel <= side + padding; at += stride)
            {
                count++;
            }

            yield return count;
        }
    }
}

/// <summary>A spiking layer and the maps before it.</summary>
internal sealed record Stage(string Name, IReadOnlyList<AffineOperation> Maps, Neuron Neuron, long[] Shape)
{
    public long Neurons => Shape.Aggregate(1L, (a, b) => a * b);
}

/// <summary>A batch normalisation.</summary>
internal sealed record Norm(string Name, float Epsilon);
