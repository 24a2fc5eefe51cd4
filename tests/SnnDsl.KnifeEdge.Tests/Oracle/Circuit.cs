using System.Reflection;

namespace SnnDsl.KnifeEdge.Tests.Oracle;

/// <summary>
/// A network with its weights as plain lists of terms, wired up from the declaration's attributes alone: it knows nothing of the compiler,
/// of torch or of the verifier.
/// </summary>
/// <param name="Layers">The spiking layers.</param>
/// <param name="Tail">The maps behind the last spiking layer; none where spikes are read out.</param>
/// <param name="MembraneDecay">The decay of a readout by the last membrane; null for the mean over time.</param>
internal sealed record Circuit(
    string Name, int Steps, Encoding Encoding, int[] Input, IReadOnlyList<Layer> Layers, IReadOnlyList<Map> Tail, float? MembraneDecay)
{
    /// <summary>How many values a sample has at one step.</summary>
    public int Inputs => Input.Aggregate(1, (product, side) => product * side);

    public int Classes => Tail.Count > 0 ? Tail[^1].Rows.Count : Layers[^1].Size;

    /// <summary>Wires a declared network.</summary>
    /// <param name="network">The declaration.</param>
    /// <param name="parameter">Its weights by name; null where it has none of that name.</param>
    public static Circuit Of(Type network, Func<string, float[]?> parameter)
    {
        var head = network.GetCustomAttribute<SpikingNetworkAttribute>()!;
        int[] input = network.GetCustomAttribute<InputAttribute>()!.Shape;
        int[] shape = input;
        List<Layer> layers = [];
        List<Map> maps = [];
        foreach (var declared in network.GetCustomAttributes<LayerAttribute>())
        {
            string name = declared.Name!;
            switch (declared)
            {
                case LifAttribute lif:
                    layers.Add(new(
                        maps, new((float)lif.Threshold, (float)lif.Decay, (float)lif.ResetValue, lif.Reset == Reset.Soft),
                        shape.Aggregate(1, (product, side) => product * side)));
                    maps = [];
                    break;
                case LinearAttribute linear:
                    maps.Add(Linear(name, shape[0], linear.Features, parameter));
                    shape = [linear.Features];
                    break;
                case Conv2dAttribute conv:
                    (var map, shape) = Convolution(name, shape, conv, parameter);
                    maps.Add(map);
                    break;
                case AvgPool2dAttribute pool:
                    (map, shape) = Pool(name, shape, pool.Kernel, pool.Stride == 0 ? pool.Kernel : pool.Stride);
                    maps.Add(map);
                    break;
                default:
                    shape = [shape.Aggregate(1, (product, side) => product * side)];
                    break;
            }
        }

        float? decay = network.GetCustomAttribute<MembraneReadoutAttribute>() is { } readout ? (float)readout.Decay : null;
        return new(network.Name, head.TimeSteps, head.Encoding, input, layers, maps, decay);
    }

    private static Map Linear(string name, int inputs, int outputs, Func<string, float[]?> parameter)
    {
        float[] weight = parameter(name + ".weight")!;
        float[]? bias = parameter(name + ".bias");
        return new(name, 1, [.. Enumerable.Range(0, outputs).Select(o =>
            new Row([.. Enumerable.Range(0, inputs)], weight[(o * inputs)..((o + 1) * inputs)], bias?[o], o))]);
    }

    private static (Map Map, int[] Shape) Convolution(string name, int[] shape, Conv2dAttribute conv, Func<string, float[]?> parameter)
    {
        float[] weight = parameter(name + ".weight")!;
        float[]? bias = parameter(name + ".bias");
        var (rows, columns) = (Count(shape[1], conv.Kernel, conv.Stride, conv.Padding), Count(shape[2], conv.Kernel, conv.Stride, conv.Padding));
        List<Row> all = [];
        for (int channel = 0; channel < conv.Channels; channel++)
        {
            for (int place = 0; place < rows * columns; place++)
            {
                List<int> inputs = [];
                List<float> weights = [];
                for (int tap = 0; tap < shape[0] * conv.Kernel * conv.Kernel; tap++)
                {
                    var (c, i, j) = (tap / (conv.Kernel * conv.Kernel), tap / conv.Kernel % conv.Kernel, tap % conv.Kernel);
                    var (y, x) = (place / columns * conv.Stride + i - conv.Padding, place % columns * conv.Stride + j - conv.Padding);
                    if (y >= 0 && y < shape[1] && x >= 0 && x < shape[2])
                    {
                        inputs.Add((c * shape[1] + y) * shape[2] + x);
                        weights.Add(weight[channel * shape[0] * conv.Kernel * conv.Kernel + tap]);
                    }
                }

                all.Add(new([.. inputs], [.. weights], bias?[channel], channel));
            }
        }

        return (new(name, 1, all), [conv.Channels, rows, columns]);
    }

    private static (Map Map, int[] Shape) Pool(string name, int[] shape, int kernel, int stride)
    {
        var (rows, columns) = (Count(shape[1], kernel, stride, 0), Count(shape[2], kernel, stride, 0));
        List<Row> all = [];
        for (int channel = 0; channel < shape[0]; channel++)
        {
            for (int place = 0; place < rows * columns; place++)
            {
                int[] inputs = [.. Enumerable.Range(0, kernel * kernel).Select(tap =>
                    (channel * shape[1] + place / columns * stride + tap / kernel) * shape[2] + place % columns * stride + tap % kernel)];
                all.Add(new(inputs, [.. inputs.Select(_ => 1f)], null, channel));
            }
        }

        return (new(name, kernel * kernel, all), [shape[0], rows, columns]);
    }

    private static int Count(int side, int kernel, int stride, int padding) => (side + 2 * padding - kernel) / stride + 1;
}

/// <summary>A spiking layer and the maps before it.</summary>
internal sealed record Layer(IReadOnlyList<Map> Maps, Neuron Neuron, int Size);

/// <summary>Constants of neurons, as they are deployed.</summary>
internal readonly record struct Neuron(float Threshold, float Decay, float ResetValue, bool Soft);

/// <summary>Sums of terms, divided by a whole number (of a pool), plus a bias.</summary>
internal sealed record Map(string Name, int Divisor, IReadOnlyList<Row> Rows);

/// <summary>One output: which inputs it weighs, and which of the map's biases it adds.</summary>
internal sealed record Row(int[] Inputs, float[] Weights, float? Bias, int Channel);
