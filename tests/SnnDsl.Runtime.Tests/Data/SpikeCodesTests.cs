using SnnDsl.Data;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Data;

/// <summary>Codes that make spikes of numbers, against loops over every value.</summary>
public class SpikeCodesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    public void LatencyFallsWithTheValue(int steps)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(steps);
        var pixels = rand([40, 2, 3]);
        // Ends, and values on the edges between steps.
        pixels[0] = (arange(6) / 5.0f).view(2, 3);
        pixels[1] = (1 - (arange(6, ScalarType.Float32) / steps)).clamp(0, 1).view(2, 3);
        bool[] spikes = [.. SpikeCodes.Latency(pixels, steps).data<bool>()];
        float[] values = [.. pixels.data<float>()];
        for (int n = 0; n < 40; n++)
        {
            for (int i = 0; i < 6; i++)
            {
                float x = values[(n * 6) + i];
                int expected = x == 0 ? -1 : Math.Min(steps - 1, (int)Math.Floor((1 - (double)x) * steps));
                for (int t = 0; t < steps; t++)
                {
                    Assert.Equal(t == expected, spikes[(((n * steps) + t) * 6) + i]);
                }
            }
        }

        Assert.Equal([steps, 2, 3], Dataset.FromSpikes(SpikeCodes.Latency(pixels, steps), zeros(40, ScalarType.Int64)).InputShape);
    }

    [Fact]
    public void DeltaSpikesWhereASeriesRisesOrFalls()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        // Sixteenths, so that differences on the threshold are exact, and are no spikes.
        var series = (randn([5, 6, 4]) * 8).round() / 16;
        bool[] spikes = [.. SpikeCodes.Delta(series, 0.25).data<bool>()];
        float[] x = [.. series.data<float>()];
        int rose = 0, fell = 0, ties = 0;
        for (int n = 0; n < 5; n++)
        {
            for (int t = 0; t < 6; t++)
            {
                for (int i = 0; i < 4; i++)
                {
                    float change = t == 0 ? 0 : x[(((n * 6) + t) * 4) + i] - x[(((n * 6) + t - 1) * 4) + i];
                    int at = (((n * 6) + t) * 8) + i;
                    Assert.Equal(change > 0.25f, spikes[at]);
                    Assert.Equal(change < -0.25f, spikes[at + 4]);
                    (rose, fell, ties) = (rose + (change > 0.25f ? 1 : 0), fell + (change < -0.25f ? 1 : 0), ties + (Math.Abs(change) == 0.25f ? 1 : 0));
                }
            }
        }

        Assert.True(rose > 5 && fell > 5 && ties > 0, $"{rose} {fell} {ties}");
        Assert.Equal([2, 3, 4, 1, 1], SpikeCodes.Delta(rand([2, 3, 2, 1, 1]), 0.1).shape);
        Assert.False(SpikeCodes.Delta(rand(2, 1, 3), 0.1).any().item<bool>());
    }

    [Fact]
    public void WrongValuesAreRefusedInOneSentence()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("in [0, 1]", Assert.Throws<ArgumentException>(() => SpikeCodes.Latency(tensor([0.5f, float.NaN]), 3)).Message);
        Assert.Contains("in [0, 1]", Assert.Throws<ArgumentException>(() => SpikeCodes.Latency(tensor([1.5f]), 3)).Message);
        Assert.Contains("convert them", Assert.Throws<ArgumentException>(() => SpikeCodes.Latency(tensor([1L]), 3)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => SpikeCodes.Latency(rand(2), 0));
        Assert.Contains("above 0", Assert.Throws<ArgumentException>(() => SpikeCodes.Delta(rand(1, 2, 3), 0)).Message);
        Assert.Contains("shape", Assert.Throws<ArgumentException>(() => SpikeCodes.Delta(rand(2, 3), 1)).Message);
        Assert.Contains("finite", Assert.Throws<ArgumentException>(() => SpikeCodes.Delta(tensor(new[] { 0f, float.PositiveInfinity }, [1, 2, 1]), 1)).Message);
    }
}
