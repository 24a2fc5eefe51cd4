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

    /// <summary>What is left of the synaptic current that this membrane integrates; 0 for none.</summary>
    public double SynapticDecay { get; private init; }

    /// <summary>The normalisations, by the layer before them, into whose weights they are folded.</summary>
    public required IReadOnlyDictionary<string, Norm> Norms { get; init; }

    public int Classes => (int)(Tail.Count > 0 ? Tail[^1].Outputs : Stages[^1].Neurons);

    public IEnumerable<AffineOperation> Operations => Stages.SelectMany(stage => stage.Maps).Concat(Tail);

    /// <summary>What step t of T weighs in the logits.</summary>
    public double ReadoutWeight(int t, int steps)
    {
        if (MembraneDecay is not { } decay)
        {
            return 1.0 / steps;
        }

        // What a current of 1 at that step leaves.
        var (current, membrane, sum) = (1.0, 1.0, 1.0);
        for (int later = t + 1; later < steps; later++)
        {
            current *= SynapticDecay;
            membrane = (decay * membrane) + current;
            sum += membrane;
        }

        return MeanMembrane ? sum / steps : membrane;
    }

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
                maps[^1] = maps[^1] switch
                {
                    LinearOperation full => full with { HasBias = true },
                    TransposedOperation transposed => transposed with { HasBias = true },
                    var other => (ConvOperation)other with { HasBias = true },
                };
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
                var sums = Sum(name, shape, Pooling(max.Kernel, max.Stride, max.Padding), isMaximum: true);
                shape = sums.Output;
                stages.Add(new(name, [sums], Neuron.AboveZero, shape));
                continue;
            }

            if (layer is MaxPool1dAttribute along)
            {
                var sums = Sum(name, shape, (Axis.Even(1, 1), Pooling(along.Kernel, along.Stride, along.Padding).Columns), isMaximum: true);
                shape = sums.Output;
                stages.Add(new(name, [sums], Neuron.AboveZero, shape));
                continue;
            }

            AffineOperation map = layer switch
            {
                LinearAttribute linear => new LinearOperation(name, shape[0], linear.Features, linear.Bias),
                Conv2dAttribute conv => Convolution(name, shape, conv),
                ConvTranspose2dAttribute conv => new TransposedOperation(
                    name, shape, [conv.Channels, .. shape.Skip(1).Select(side => (side - 1) * conv.Stride - 2 * conv.Padding + conv.Kernel + conv.OutputPadding)],
                    conv.Kernel, conv.Stride, conv.Padding, conv.OutputPadding, conv.Bias),
                Conv1dAttribute conv => new ConvOperation(
                    name, shape, [conv.Channels, 1, Along(conv).Places(shape[2])], Axis.Even(1, 1), Along(conv), conv.Groups, conv.Bias),
                AvgPool1dAttribute pool => Mean(name, shape, (Axis.Even(1, 1), Pooling(pool.Kernel, pool.Stride, 0).Columns)),
                AvgPool2dAttribute pool => Mean(name, shape, Pooling(pool.Kernel, pool.Stride, 0)),
                GlobalAvgPool2dAttribute => new AdaptiveOperation(name, shape, [shape[0], 1, 1]),
                AdaptiveAvgPool2dAttribute pool => new AdaptiveOperation(name, shape, [shape[0], pool.Height, pool.Width]),
                SumPool2dAttribute pool => Sum(name, shape, Pooling(pool.Kernel, pool.Stride, pool.Padding), isMaximum: false),
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
            SynapticDecay = network.GetCustomAttribute<LiAttribute>() is { } li ? (float)li.SynapticDecay : 0,
        };
    }

    private static ConvOperation Convolution(string name, long[] shape, Conv2dAttribute conv)
    {
        // A side that is left out has the default of the square, which then is not stated.
        Axis Along(int kernel, int stride, int padding, int dilation) => conv.Same
            ? Axis.Same(Stated(conv.Kernel, kernel, 3), Stated(conv.Dilation, dilation, 1))
            : Axis.Even(
                Stated(conv.Kernel, kernel, 3), Stated(conv.Stride, stride, 1), Stated(conv.Padding, padding, 0), Stated(conv.Dilation, dilation, 1));
        var (rows, columns) = (
            Along(conv.KernelHeight, conv.StrideHeight, conv.PaddingHeight, conv.DilationHeight),
            Along(conv.KernelWidth, conv.StrideWidth, conv.PaddingWidth, conv.DilationWidth));
        return new(name, shape, Places(conv.Channels, shape, (rows, columns)), rows, columns, conv.Groups, conv.Bias);

        static int Stated(int square, int side, int otherwise) => side != otherwise ? side : square;
    }

    private static Axis Along(Conv1dAttribute conv) =>
        conv.Same ? Axis.Same(conv.Kernel, conv.Dilation) : Axis.Even(conv.Kernel, conv.Stride, conv.Padding, conv.Dilation);

    private static (Axis Rows, Axis Columns) Pooling(int kernel, int stride, int padding)
    {
        var axis = Axis.Even(kernel, stride == 0 ? kernel : stride, padding);
        return (axis, axis);
    }

    private static PoolOperation Mean(string name, long[] shape, (Axis Rows, Axis Columns) window) =>
        new(name, shape, Places(shape[0], shape, window), window.Rows, window.Columns);

    private static SumOperation Sum(string name, long[] shape, (Axis Rows, Axis Columns) window, bool isMaximum) =>
        new(name, shape, Places(shape[0], shape, window), window.Rows, window.Columns, isMaximum);

    private static long[] Places(long channels, long[] shape, (Axis Rows, Axis Columns) window) =>
        [channels, window.Rows.Places(shape[1]), window.Columns.Places(shape[2])];
}

/// <summary>A spiking layer and the maps before it.</summary>
internal sealed record Stage(string Name, IReadOnlyList<AffineOperation> Maps, Neuron Neuron, long[] Shape)
{
    public long Neurons => Shape.Aggregate(1L, (a, b) => a * b);
}

/// <summary>A batch normalisation.</summary>
internal sealed record Norm(string Name, float Epsilon);
