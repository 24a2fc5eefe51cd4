using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Kernels.Derived;
using SnnDsl.Model;
using static TorchSharp.torch;
using static SnnDsl.TinyWalks.Tests.Checked;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>Neurons whose decay and gain are learned are, number by number, those of the equations with these constants.</summary>
public class LearnedTests
{
    private const int Steps = 4, Samples = 2, Neurons = 3, Rows = 2;

    public static TheoryData<bool, bool, bool, bool> Kinds
    {
        get
        {
            var data = new TheoryData<bool, bool, bool, bool>();
            bool[] ways = [false, true];
            foreach (var (soft, each, gains) in from soft in ways from each in ways from gains in ways select (soft, each, gains))
            {
                data.Add(soft, each, gains, false);
                data.Add(soft, each, gains, true);
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void EachNeuronIsThatOfItsConstants(bool soft, bool each, bool gains, bool constant)
    {
        using var scope = NewDisposeScope();
        var random = new Generator(7);
        var learned = new LearnedDecay(NeuronEquations.Lif(new SpikeRule(1), 0f, soft ? null : 0f), each, Scales: gains);
        float[] decays = each ? [0.25f, 0.5f, 0.875f] : [0.625f], weights = [.. decays.Select(decay => gains ? 1 - decay : 1)];
        var layer = new SpikingLayer("learned", learned, tensor(decays), gains ? tensor(weights) : null);
        Assert.Equal(learned.At(decays[^1], weights[0]), layer.Equations);
        long[] shape = constant ? [Samples, Neurons] : [Steps, Samples, Neurons];
        var centre = rand(shape, float64, generator: random) * 3;
        var radius = rand(shape, float64, generator: random) / 2;
        var current = new Interval(centre - radius, centre + radius);
        var rows = randn([Samples, Rows, Neurons], float64, generator: random);
        var all = Bound(layer, current, rows, constant);
        var spikes = (constant ? layer.FireConstant(centre, Steps) : layer.Fire(centre)).ToTensor();
        for (int n = 0; n < Neurons; n++)
        {
            var (decay, weight) = (decays[each ? n : 0], weights[each ? n : 0]);
            var own = new SpikingLayer("constants", learned.At(decay, weight));
            Interval Part(Interval whole) => new(whole.Lower.narrow(-1, n, 1), whole.Upper.narrow(-1, n, 1));
            var part = Bound(own, Part(current), rows.narrow(-1, n, 1), constant);
            Same(part.Membranes.Lower, all.Membranes.Lower.narrow(-1, n, 1));
            Same(part.Membranes.Upper, all.Membranes.Upper.narrow(-1, n, 1));
            Same(part.Form.Spikes!, all.Form.Spikes!.narrow(-1, n, 1));
            Same((constant ? own.FireConstant(centre.narrow(-1, n, 1), Steps) : own.Fire(centre.narrow(-1, n, 1))).ToTensor(), spikes.narrow(-1, n, 1));
            // What float32 may lose of a step, and what it is a share of.
            var (mine, theirs) = (new NeuronErrors(layer.Factors), new NeuronErrors(own.Factors));
            Interval left = new(centre - radius, centre + radius);
            Same(theirs.OfState(0, [Part(left)], Part(left).Upper.abs())!, mine.OfState(0, [left], left.Upper.abs())!.narrow(-1, n, 1));
            // The first step pays as the others do.
            Same(theirs.OfState(0, [null], Part(left).Upper.abs())!, mine.OfState(0, [null], left.Upper.abs())!.narrow(-1, n, 1));
        }

        // The constants of all are the sum of each neuron's.
        var sum = Enumerable.Range(0, Neurons).Select(n => Bound(
            new("constants", learned.At(decays[each ? n : 0], weights[each ? n : 0])),
            new(current.Lower.narrow(-1, n, 1), current.Upper.narrow(-1, n, 1)), rows.narrow(-1, n, 1), constant).Form.Constants!).Aggregate((a, b) => a + b);
        Same(sum, all.Form.Constants!);
    }

    private static (Interval Membranes, LinearForm Form) Bound(SpikingLayer layer, Interval current, Tensor rows, bool constant)
    {
        var bounds = constant ? layer.IntervalsConstant(current, Steps) : layer.Intervals(current);
        var query = new LinearQuery { Layer = 1, Rows = rows, Steps = Steps, Membranes = new NetworkIntervals(bounds).Membranes };
        var form = LinearForm.OnMean(query);
        return (bounds.Membranes, constant ? layer.RelaxConstant(form, query, 0) : layer.Relax(form, query, 0));
    }

    private static void Same(Tensor expected, Tensor found)
    {
        Assert.Equal(expected.shape, found.shape);
        Assert.All(Values(expected).Zip(Values(found)), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }
}
