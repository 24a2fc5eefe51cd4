using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Events;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using SnnDsl.TinyNetworks.Tests;
using static TorchSharp.torch;
using static SnnDsl.TinyWalks.Tests.Checked;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>What payments are made of, each by its own definition.</summary>
public class PaymentTests
{
    /// <summary>The terms of sums through a map, counted input by input and output by output.</summary>
    [Theory]
    [InlineData("linear")]
    [InlineData("flattened")]
    [InlineData("conv")]
    [InlineData("padded")]
    [InlineData("pool")]
    [InlineData("shared")]
    public void TermsAreThoseOfTheLongestSums(string kind)
    {
        using var scope = NewDisposeScope();
        AffineMap map = kind switch
        {
            "linear" => new LinearMap(ones(5, 7), ones(5)),
            "flattened" => new AffineChain(new FlattenMap(2, 3, 3), new LinearMap(ones(5, 18), null)),
            "conv" => new Conv2dMap(ones(3, 2, 2, 2), ones(3), 1, 0, 2, 3, 3),
            "padded" => new Conv2dMap(ones(3, 2, 3, 3), null, 2, 1, 2, 4, 4),
            "shared" => new AvgPool2dMap(3, 1, 2, 4, 4),
            _ => new AvgPool2dMap(2, 2, 2, 4, 4),
        };
        var rounded = RoundedMap.Of(map, map)!;
        long[] shape = [.. map.InputShape];
        int inputs = (int)shape.Aggregate(1L, (a, b) => a * b), outputs = (int)map.OutputShape.Aggregate(1L, (a, b) => a * b);
        var nothing = map.Apply(zeros([1, .. shape])).flatten(1);
        var touched = map.Apply(eye(inputs).view([inputs, .. shape])).flatten(1).ne(nothing).to(int32);
        int reach = (int)touched.sum(1L).max().item<long>(), terms = (int)touched.sum(0L).max().item<long>(), own = kind == "shared" ? 1 : 0;
        Assert.Equal(inputs + outputs, rounded.Values);
        // Where steps are wide or the image is small, an input reaches less than a kernel has.
        int most = kind switch { "padded" => 27, "pool" => 4, "shared" => 8, _ => reach };
        Assert.InRange(rounded.Reach, reach + own, most + own);
        Assert.Equal([0, 1 + own, Math.Min(3, terms) + own, terms + own], new[] { 0, 1, 3, int.MaxValue }.Select(rounded.Terms));
    }

    /// <summary>A line of a whole train costs its slope times the error of a step: of two errors the difference of the constants says so.</summary>
    [Theory]
    [InlineData(0.5f)]
    [InlineData(1f)]
    public void AWholeTrainPaysItsSlopeTimesTheError(float decay)
    {
        using var scope = NewDisposeScope();
        const int Steps = 3, Neurons = 6, Rows = 2;
        manual_seed(3);
        var neuron = new NeuronParameters(1, decay, Reset.Hard, 0, Surrogate.Rectangular, 1);
        var lower = rand([1, Neurons], float64);
        var upper = lower.Plus(rand([1, Neurons], float64));
        var membranes = new Interval(lower.unsqueeze(0).expand(Steps, 1, Neurons), upper.unsqueeze(0).expand(Steps, 1, Neurons));
        var rows = randn([1, Rows, Neurons], float64);
        var (small, _) = Relaxed(1);
        var (large, slope) = Relaxed(1 << 24);
        MembraneError Error(double magnitude) => new(new FlattenMap(1, 1, Neurons), full([1, Neurons], magnitude, float64), full([1], 6, float64), Steps, more: 1);
        double apart = Number((Error(1 << 24).At(0, null, 0) - Error(1).At(0, null, 0))[0, 0]);
        Assert.True(apart > 0.1);
        for (int row = 0; row < Rows; row++)
        {
            double paid = Values(slope[0, row]).Sum(Math.Abs) * apart;
            Assert.True(paid > 0.1);
            Assert.Equal(paid, small[row] - large[row], 1e-9);
        }

        (double[] Constants, Tensor Slopes) Relaxed(double magnitude)
        {
            var query = new LinearQuery { Layer = 1, Rows = rows, Steps = Steps, Membranes = [membranes], Trains = true };
            var end = TrainLine.Relax(LinearForm.OnOutputs(query, [0.25, -1, 0.75]), neuron, query, 0, Error(magnitude));
            return (Values(end.Constants![0]), end.Spikes!);
        }
    }

    /// <summary>A current that is no finite number is told of its own sample, wherever among the neurons it is.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(17)]
    [InlineData(69)]
    public void CurrentsThatAreNotFiniteAreToldOfTheirSample(int neuron)
    {
        using var scope = NewDisposeScope();
        using var module = new TinyModule(TinyNetwork.Of("wide", 1));
        using var safe = new RoundingSafeNetwork(module);
        Assert.Empty(NotFinite());
        using (no_grad())
        {
            // The second sample alone has a pixel for the weight that is as large as they come.
            module.get_parameter("fc1_weight")![(2 * neuron) + 1].fill_(float.MaxValue);
        }

        using var again = new RoundingSafeNetwork(module);
        Assert.Equal([1], NotFinite(again));

        IEnumerable<int> NotFinite(RoundingSafeNetwork? own = null)
        {
            Tensor x = tensor(new double[] { 0.5, 0, 0.5, 4 }).view(2, 1, 1, 2);
            return ((RoundedMembranes)(own ?? safe).BoundMembranes(new BoxInput(new(x, x), hasTime: false)).Membranes).NotFinite();
        }
    }
}
