using SnnDsl.KnifeEdge.Tests.Drafts;
using SnnDsl.KnifeEdge.Tests.Oracle;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.KnifeEdge.Tests;

/// <summary>The oracle computes what the network computes, where nothing lies on an edge.</summary>
public class OracleTests
{
    [Theory, MemberData(nameof(KnifeEdgeTests.Networks), MemberType = typeof(KnifeEdgeTests))]
    public void EveryOrderAndExactArithmeticAgreeWithTheNetwork(string network)
    {
        using var scope = NewDisposeScope();
        var type = typeof(OracleTests).Assembly.GetTypes().Single(type => type.Name == network && type.IsSubclassOf(typeof(SpikingModule)));
        using var scene = new Scene(type, Style.Gaussian, SetKind.Point, seed: 5);
        for (int sample = 0; sample < scene.Data.Count; sample++)
        {
            var point = scene.Members[sample].Members(new Random(1), scene.Circuit).First();
            float[] expected = scene.Forward([point], sample, alone: true).Single();
            var exact = new ExactRun(scene.Circuit).Run(point.Exact);
            foreach (var run in FloatRun.All(scene.Circuit))
            {
                Assert.All(run.Run(point.Encoded).Logits.Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
            }

            for (int rival = 1; rival < expected.Length; rival++)
            {
                Assert.Equal(expected[0] - expected[rival], exact.Margin(0, rival), 1e-4);
            }
        }
    }

    [Fact]
    public void FusedAndPlainSumsDifferOnAnEdge()
    {
        // 0.1 ten times over is 1 in some orders and above it in others.
        var circuit = new Circuit("edge", 1, Encoding.Direct, [10], [new([new("fc", 1, [new([.. Enumerable.Range(0, 10)], [.. Enumerable.Repeat(0.1f, 10)], null, 0)])], new(1, 0, 0, false), 1)], [], null);
        float[][] ones = [[.. Enumerable.Repeat(1f, 10)]];
        var fires = FloatRun.All(circuit).Select(run => run.Run(ones).Logits[0]).Distinct();
        Assert.Equal(2, fires.Count());
        Assert.Equal(1, new ExactRun(circuit).Run([[.. ones[0].Select(value => Dyadic.Of(value))]]).Logits[0].Sign);
    }

    [Fact]
    public void DyadicNumbersLoseNothing()
    {
        var (tiny, huge) = (Dyadic.Of(1e-44f), Dyadic.Of(1e4));
        Assert.Equal(0, (huge + tiny - huge).CompareTo(tiny));
        Assert.Equal((double)1e-44f, (huge + tiny - huge).ToDouble());
        Assert.Equal(1, (Dyadic.Of(0.1f) * Dyadic.Of(10) - Dyadic.Of(1)).Sign);
        Assert.Throws<ArgumentOutOfRangeException>(() => Dyadic.Of(double.PositiveInfinity));
    }
}
