using SnnDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Evaluation;

/// <summary>Which noise a Poisson network meets, call after call.</summary>
public class DrawTests
{
    [Fact]
    public void NoiseIsTheSameInEveryCallUntilItIsDrawnAnew()
    {
        using var scope = NewDisposeScope();
        using var network = new TinyNetwork(Encoding.Poisson, 5, [1, 6, 6], 16, 3, seed: 7);
        var pixels = full([3, 1, 6, 6], 0.5, ScalarType.Float64);
        float[][] Draws(int count) => [.. Enumerable.Range(0, count).Select(_ => Drawn())];
        float[] Drawn()
        {
            float[] spikes = network.Encode(pixels, null).to(ScalarType.Float32).flatten().data<float>().ToArray();
            network.DrawAnew();
            return spikes;
        }

        Assert.Equal(network.Encode(pixels, null).to(ScalarType.Float32).flatten().data<float>().ToArray(), Drawn());
        network.EncodingSeed = 0;
        var draws = Draws(6);
        for (int i = 0; i < draws.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Assert.InRange(draws[i].Zip(draws[j]).Count(pair => pair.First != pair.Second) / (double)draws[i].Length, 0.3, 0.7);
            }
        }

        // The sequence is fixed, and the deployed seed gives the deployed draw again.
        network.EncodingSeed = 0;
        Assert.Equal(draws, Draws(6));
    }
}
