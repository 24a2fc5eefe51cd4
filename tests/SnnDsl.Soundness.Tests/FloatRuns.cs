using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>A float32 network as it may run on points of a set: every point in every order of summation.</summary>
internal static class FloatRuns
{
    /// <summary>One run.</summary>
    /// <param name="Point">The point: pixels, or a recording [T, entries].</param>
    /// <param name="Trace">Logits and membranes.</param>
    /// <param name="Sample">The sample's place in its batch.</param>
    /// <param name="Name">Which point, in which order.</param>
    internal sealed record Run(float[] Point, OrderedNetwork.Trace Trace, int Sample, string Name);

    /// <summary>All runs.</summary>
    /// <param name="subject">The network, float32.</param>
    /// <param name="perturbation">What may change.</param>
    /// <param name="inputs">The samples.</param>
    /// <param name="points">How many points.</param>
    public static IEnumerable<Run> Of(Subject subject, Perturbation perturbation, Tensor inputs, int points)
    {
        var weights = Weights(subject);
        var networks = Enum.GetValues<Summation>().Select((order, i) =>
            (Order: order, Network: new OrderedNetwork(subject.Blueprint, weights.GetValueOrDefault, order, seed: i))).ToList();
        bool direct = subject.Blueprint.Encoding == Encoding.Direct;
        for (int p = 0; p < points; p++)
        {
            var point = FloatPoints.Draw(subject, perturbation, inputs, p);
            var encoded = subject.Module.Encode(point, null);
            for (int b = 0; b < encoded.shape[direct ? 0 : 1]; b++)
            {
                float[] own = FloatPoints.Of(subject.Blueprint.Encoding == Encoding.Spikes ? point.select(1, b) : point[b]);
                float[][] steps = direct
                    ? [FloatPoints.Of(encoded[b])]
                    : [.. Enumerable.Range(0, subject.Steps).Select(t => FloatPoints.Of(encoded[t, b]))];
                foreach (var (order, network) in networks)
                {
                    yield return new(own, network.Run(steps, subject.Steps), b, $"{subject.Blueprint.Name}, {perturbation}, {order}, point {p}, sample {b}");
                }
            }
        }
    }

    // The float32 weights that run: those of normalised layers by single float32 operations.
    private static Dictionary<string, double[]> Weights(Subject subject)
    {
        var weights = subject.Module.state_dict().ToDictionary(pair => pair.Key, pair => Values.Of(pair.Value));
        foreach (var (layer, norm) in subject.Blueprint.Norms)
        {
            double[] raw = weights[layer + ".weight"], mean = weights[norm.Name + ".running_mean"], variance = weights[norm.Name + ".running_var"];
            double[]? bias = weights.GetValueOrDefault(layer + ".bias"), own = weights.GetValueOrDefault(norm.Name + ".weight");
            float Scale(int channel) => (float)(own?[channel] ?? 1) / MathF.Sqrt((float)variance[channel] + norm.Epsilon);
            float Moved(int channel)
            {
                float centred = (float)(bias?[channel] ?? 0) - (float)mean[channel];
                float product = centred * Scale(channel);
                return own is null ? product : product + (float)weights[norm.Name + ".bias"][channel];
            }

            // [outputs, ...], or of a transposed convolution [inputs, outputs, taps].
            var transposed = subject.Blueprint.Operations.OfType<TransposedOperation>().FirstOrDefault(operation => operation.Name == layer);
            int size = transposed is null ? raw.Length / mean.Length : transposed.Kernel * transposed.Kernel;
            weights[layer + ".weight"] = [.. raw.Select((value, i) => (double)((float)value * Scale(i / size % mean.Length)))];
            weights[layer + ".bias"] = [.. mean.Select((_, channel) => (double)Moved(channel))];
        }

        return weights;
    }

    /// <summary>Makes weights so large that sums lose much, and puts the first layer's membranes next to the threshold.</summary>
    /// <param name="subject">The network.</param>
    /// <param name="inputs">The samples; the first one's membranes are placed.</param>
    /// <param name="scale">What weights are multiplied by.</param>
    public static void PutNearTheThreshold(Subject subject, Tensor inputs, double scale)
    {
        foreach (var (name, weight, reference) in subject.Parameters)
        {
            weight.copy_(reference * (name.EndsWith(".weight") ? scale : 1));
        }

        var first = subject.Module.Stages.Spiking[0];
        string? bias = subject.Blueprint.Stages[0].Maps
            .Select(map => (subject.Blueprint.Norms.TryGetValue(map.Name, out var norm) ? norm.Name : map.Name) + ".bias")
            .LastOrDefault(name => subject.Parameters.Any(parameter => parameter.Name == name));
        if (bias is not null && subject.Blueprint.Encoding == Encoding.Direct)
        {
            var current = first.Map.Apply(inputs)[0];
            var own = subject.Module.get_parameter(bias)!;
            var shift = current.dim() == 3 ? current.flatten(1)[.., 0] : current;
            if (shift.shape[0] == own.shape[0])
            {
                own.copy_(own - shift + first.Neurons.Parameters.Threshold);
            }
        }
    }

    /// <summary>Sets so small that rounding is most of what happens in them.</summary>
    /// <param name="subject">The network.</param>
    public static IEnumerable<Perturbation> Tiny(Subject subject) => subject.Blueprint.Encoding == Encoding.Spikes
        ? [new SpikeFlips(0), new SpikeFlips(1)]
        : [new LInfinity(0), new LInfinity(1e-7)];

    /// <summary>Sets of ordinary size: boxes, or few flips, and retimings with any number of moves and with few.</summary>
    /// <param name="subject">The network.</param>
    public static IEnumerable<Perturbation> Sets(Subject subject) =>
        subject.Perturbations.Where(known => known is not SpikeRetiming && known.Certifies).Take(2).Concat(subject.Perturbations.OfType<SpikeRetiming>());
}
