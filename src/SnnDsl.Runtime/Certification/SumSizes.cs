using SnnDsl.Affine;
using SnnDsl.Kernels;
using SnnDsl.Model;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// Whether no sum of a float32 run can overflow, whatever its order, for inputs of at most <see cref="Rounding.Largest"/>: every number on the
/// way, those between two maps and the membranes of all steps among them, is bounded by the sum of its terms' magnitudes. Rounding-safe
/// bounds are about runs in which nothing overflows.
/// </summary>
internal static class SumSizes
{
    // Half of float32's range, and half of that again for what rounding adds.
    private static readonly double Most = Math.ScaleB(1, 126);

    /// <summary>Checks a network.</summary>
    /// <param name="network">The network, whose weights are finite numbers.</param>
    /// <exception cref="NotSupportedException">A sum can overflow.</exception>
    public static void Check(SpikingModule network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        string name = network.Description.Name;
        var device = network.parameters().FirstOrDefault()?.device ?? CPU;
        double largest = network.Description.Encoding == Encoding.Direct ? Rounding.Largest : 1;
        var stages = network.Stages;
        List<double> sizes = [];
        foreach (var node in stages.Nodes)
        {
            double Of(int source) => source < 0 ? largest : sizes[source];
            if (node.Neurons is { } neurons)
            {
                double back = neurons.Recurrence is { } recurrence ? Through(recurrence, 1, name, device) : 0;
                CheckNeurons(neurons, Of(node.Sources[0]) + back, network.Steps, name);
            }

            sizes.Add(node.Neurons is not null ? 1
                : node.Map is { } map ? Through(map, Of(node.Sources[0]), name, device)
                : node.Joins ? node.Sources.Max(Of)
                : node.Sources.Sum(Of));
            Require(sizes[^1], $"Sums of {name}");
        }

        if (stages.Nodes[^1].Neurons is null)
        {
            Require(sizes[^1] * network.Steps * (stages.MeanMembrane ? network.Steps : 1) * (stages.SynapticDecay == 0 ? 1 : network.Steps), $"The readout of {name}");
        }
    }

    private static void CheckNeurons(SpikingLayer layer, double current, int steps, string name)
    {
        if (!layer.IsFused)
        {
            Require(Largest(layer.Equations, current, steps), $"The states of {name}");
            return;
        }

        double membrane = 0;
        var (threshold, decay, reset, value) = (layer.Parameters.Threshold, layer.Parameters.Decay, layer.Parameters.Reset, layer.Parameters.ResetValue);
        for (int t = 0; t < steps; t++)
        {
            double left = t == 0 ? 0 : reset == Reset.Hard ? Math.Max(membrane, Math.Abs(value)) : membrane + threshold;
            membrane = (decay * left) + current;
        }

        Require(membrane + threshold, $"The membranes of {name}");
    }

    // The largest magnitude among what neurons compute from currents of some magnitude, in all steps.
    private static double Largest(NeuronEquations neuron, double current, int steps)
    {
        var states = Enumerable.Range(0, neuron.Size);
        double Row(Coefficients m, int i, double[] x) => states.Sum(j => Math.Abs((double)m[i, j]) * x[j]);
        double[] left = new double[neuron.Size];
        double largest = 0;
        for (int t = 0; t < steps; t++)
        {
            double[] y = [.. states.Select(i => Row(neuron.Decay, i, left) + (Math.Abs((double)neuron.Input[i]) * current) + Math.Abs((double)neuron.Bias[i]))];
            double[] After(Successor successor) => [.. states.Select(i => Row(successor.Matrix, i, y) + Math.Abs((double)successor.Offset[i]))];
            left = [.. After(neuron.Silent).Zip(After(neuron.Fired), (silent, fired) => silent + fired)];
            largest = Math.Max(largest, Math.Max(y.Concat(left).Max(), Row(neuron.Guard, 0, y) + Math.Abs((double)neuron.Spike.Threshold)));
        }

        return largest;
    }

    // The largest magnitude of a map's outputs over inputs of some magnitude; each map of a chain is checked by itself.
    private static double Through(AffineMap map, double largest, string name, Device device)
    {
        var links = map is AffineChain chain ? chain.Maps : [map];
        var values = HeldScalars.Full([1, .. map.InputShape], largest, ScalarType.Float64, device);
        foreach (var link in links)
        {
            // A mean adds up its values before it divides.
            double window = link is Pool2dMap or AdaptiveAvgPool2dMap or VotingMap ? values.max().item<double>() * link.Terms : 0;
            values = link.With(weight => weight.to(ScalarType.Float64).abs()).Apply(values);
            Require(Math.Max(window, values.max().item<double>()), $"Sums of {name} ({string.Join('x', link.InputShape)} to {string.Join('x', link.OutputShape)})");
        }

        return values.max().item<double>();
    }

    private static void Require(double size, string what)
    {
        if (!(size <= Most))
        {
            throw new NotSupportedException(FormattableString.Invariant(
                $"{what} can reach {size:0.0e+0}, which float32 may not hold, so that rounding-safe bounds say nothing: train again with smaller weights, or ask for precision float64, which bounds samples but certifies none."));
        }
    }
}
