using SnnDsl.Bounds;
using SnnDsl.Networks;
using TorchSharp.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Eager;

/// <summary>
/// A network as SNN code is written today: a loop over time steps, every step's input through every layer, gradients by autograd.
/// Nothing is hoisted, folded over time, or fused; the mathematics is that of the emitted code.
/// </summary>
internal sealed class EagerNetwork
{
    private readonly IReadOnlyList<EagerAffine> layers;

    private EagerNetwork(IReadOnlyDictionary<string, Parameter> parameters, IReadOnlyList<EagerAffine> layers)
    {
        Parameters = parameters;
        this.layers = layers;
    }

    /// <summary>The weights by their names.</summary>
    public IReadOnlyDictionary<string, Parameter> Parameters { get; }

    /// <summary>The eager form of a model, with copies of the weights.</summary>
    public static EagerNetwork Create(string model, SpikingModule network) => model == "fc" ? Fc(network) : Conv(network);

    /// <summary>The fully connected network, with copies of the weights.</summary>
    public static EagerNetwork Fc(SpikingModule network)
    {
        var copies = Copies(network);
        EagerLinear Linear(string name, params long[] input) => new(copies[$"{name}.weight"], copies[$"{name}.bias"], input);
        return new(copies, [Linear("fc1", 1, 28, 28), Linear("fc2", 512), Linear("fc3", 256)]);
    }

    /// <summary>The convolutional network, with copies of the weights.</summary>
    public static EagerNetwork Conv(SpikingModule network)
    {
        var copies = Copies(network);
        (Tensor, Tensor) Values(string name) => (copies[$"{name}.weight"], copies[$"{name}.bias"]);
        var ((w1, b1), (w2, b2), (w3, b3), (w4, b4)) = (Values("conv1"), Values("conv2"), Values("fc1"), Values("fc2"));
        return new(
            copies,
            [new EagerConv(w1, b1), new EagerConv(w2, b2), new EagerLinear(w3, b3, 128, 7, 7), new EagerLinear(w4, b4, 256)]);
    }

    /// <summary>Logits [B, classes].</summary>
    /// <param name="pixels">[B, 1, 28, 28], the input of every step.</param>
    /// <param name="steps">T.</param>
    public Tensor Forward(Tensor pixels, int steps)
    {
        var rests = new Tensor?[layers.Count];
        Tensor? count = null;
        for (int t = 0; t < steps; t++)
        {
            using var scope = NewDisposeScope();
            var x = pixels;
            for (int i = 0; i < layers.Count; i++)
            {
                var (spike, rest) = EagerNeuron.Fire(layers[i].Apply(x), rests[i]);
                Scopes.Replace(ref rests[i], rest);
                x = spike;
            }

            Scopes.Replace(ref count, count is null ? x : count + x);
        }

        return count! / steps;
    }

    /// <summary>The share of neurons and steps that fire, layer by layer; for the tables, not for the clock.</summary>
    /// <param name="pixels">[B, 1, 28, 28], the input of every step.</param>
    /// <param name="steps">T.</param>
    public double[] FiringRates(Tensor pixels, int steps)
    {
        using var scope = NewDisposeScope();
        var rests = new Tensor?[layers.Count];
        var rates = new double[layers.Count];
        for (int t = 0; t < steps; t++)
        {
            var x = pixels;
            for (int i = 0; i < layers.Count; i++)
            {
                (x, rests[i]) = EagerNeuron.Fire(layers[i].Apply(x), rests[i]);
                rates[i] += x.mean().ToDouble() / steps;
            }
        }

        return rates;
    }

    /// <summary>Bounds of all membranes by intervals, [layer][step], for a box that is the same at every step.</summary>
    public Interval[][] BoundMembranes(Interval box, int steps) => Propagate(box, steps, keepMembranes: true).Membranes;

    /// <summary>Lower bounds of the margins by intervals (S-IBP), [B, classes - 1].</summary>
    public Tensor IntervalMargins(Interval box, Tensor labels, int steps)
    {
        var (least, most) = Propagate(box, steps, keepMembranes: false).Counts;
        var own = least.gather(1, labels.unsqueeze(1));
        return (own - most.gather(1, Margins.Rivals(labels, (int)least.shape[1]))) / steps;
    }

    /// <summary>Lower bounds of the margins by linear relaxation (S-CROWN, Joint) on interval bounds, [B, classes - 1].</summary>
    public Tensor LinearMargins(Interval box, Tensor labels, int steps)
    {
        var (membranes, counts) = Propagate(box, steps, keepMembranes: true);
        var share = Margins.Rows(labels, (int)counts.Lower.shape[1], ScalarType.Float32) / steps;
        var coefficients = Enumerable.Repeat(share, steps).ToArray();
        Tensor? constants = null;
        for (int i = layers.Count - 1; i >= 0; i--)
        {
            Tensor? next = null;
            for (int t = steps - 1; t >= 0; t--)
            {
                using var scope = NewDisposeScope();
                var onSpike = coefficients[t];
                var onRest = next is null ? zeros_like(onSpike) : EagerNeuron.OnRest(next);
                var (l, u) = membranes[i][t];
                var (slope, intercept) = EagerNeuron.Line(onSpike, onRest, new(l.unsqueeze(1), u.unsqueeze(1)));
                var constant = intercept.flatten(2).sum(2L) + layers[i].DotBias(slope);
                coefficients[t] = layers[i].PullBack(slope).MoveToOuterDisposeScope();
                Scopes.Replace(ref constants, constants is null ? constant : constants + constant);
                Scopes.Replace(ref next, slope);
                if (i < layers.Count - 1)
                    onSpike.Dispose();
            }
        }

        return Least(coefficients, box) + constants!;
    }

    /// <summary>The input is the same at every step, so the steps' coefficients add up before the box takes its worst corner.</summary>
    private static Tensor Least(Tensor[] coefficients, Interval box)
    {
        using var scope = NewDisposeScope();
        var total = coefficients.Aggregate((sum, next) => sum + next).flatten(2);
        var centre = ((box.Lower + box.Upper) * EagerNeuron.Half).flatten(1).unsqueeze(2);
        var radius = ((box.Upper - box.Lower) * EagerNeuron.Half).flatten(1).unsqueeze(2);
        return (total.matmul(centre) - total.abs().matmul(radius)).squeeze(2).MoveToOuterDisposeScope();
    }

    private (Interval[][] Membranes, Interval Counts) Propagate(Interval box, int steps, bool keepMembranes)
    {
        var membranes = layers.Select(_ => new Interval[steps]).ToArray();
        var rests = new Interval?[layers.Count];
        Interval? counts = null;
        for (int t = 0; t < steps; t++)
        {
            using var scope = NewDisposeScope();
            var x = box;
            for (int i = 0; i < layers.Count; i++)
            {
                var step = EagerNeuron.Bound(layers[i].Apply(x), rests[i]);
                Scopes.Replace(ref rests[i], step.Left);
                if (keepMembranes)
                    membranes[i][t] = step.Membrane.MoveToOuterDisposeScope();

                x = step.Spike;
            }

            Scopes.Replace(ref counts, counts is { } sum ? new(sum.Lower + x.Lower, sum.Upper + x.Upper) : x);
        }

        return (membranes, counts!.Value);
    }

    private static Dictionary<string, Parameter> Copies(SpikingModule network) => network.named_parameters()
        .ToDictionary(named => named.name, named => new Parameter(named.parameter.detach().clone()));
}
