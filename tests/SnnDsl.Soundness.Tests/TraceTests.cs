using SnnDsl.Networks;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>What a trace shows is what the network did.</summary>
public class TraceTests
{
    public static TheoryData<string, string> NetworksByPlatform => ForwardTests.ShortNetworksByPlatform;

    [Theory, MemberData(nameof(NetworksByPlatform))]
    public void ShowsTheRunItself(string network, string platform)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(network, Platform.Named(platform), seed: 3, grid: true);
        var inputs = subject.On(subject.Inputs(samples: 5, grid: true));
        using var trace = subject.Module.Trace(inputs);
        using var guard = no_grad();
        Assert.Equal(Values.Of(subject.Module.forward(inputs)), Values.Of(trace.Logits));

        var encoded = subject.Module.Encode(inputs, null).to(float64);
        var eager = subject.Eager.Run(encoded, subject.Steps);
        Assert.Equal(subject.Blueprint.Stages.Select(stage => stage.Name), trace.Layers.Select(layer => layer.Name));
        foreach (var (layer, expected) in trace.Layers.Zip(eager.Membranes.Zip(eager.Spikes)))
        {
            Assert.Equal(expected.First.shape, layer.Currents.shape);
            Assert.Equal(Values.Of(expected.Second), Values.Of(layer.Spikes.to(float64)));
            Assert.True(layer.Membranes.to(float64).allclose(expected.First, rtol: 1e-5, atol: 1e-5), $"the membranes of {layer.Name}");
        }

        int time = 0;
        foreach (var step in trace.Steps())
        {
            Assert.Equal(time, step.Time);
            Assert.All(step.Layers, (layer, i) => Assert.Equal(Values.Of(trace.Layers[i].Spikes[time]), Values.Of(layer.Spikes)));
            time++;
        }

        Assert.Equal(subject.Steps, time);
        CheckOperations(subject, trace, encoded);
    }

    // Counted one weight and one value at a time.
    private static void CheckOperations(Subject subject, NetworkTrace trace, Tensor encoded)
    {
        bool direct = subject.Blueprint.Encoding == Encoding.Direct;
        for (int i = 0; i < trace.Layers.Count; i++)
        {
            var stage = subject.Blueprint.Stages[i];
            CheckDescription(subject, stage, steps: i == 0 && direct ? 1 : subject.Steps);
            if (stage.Maps.Any(map => map is PoolOperation or AdaptiveOperation))
            {
                continue;
            }

            // Maps behind the first with weights take sums, all of which count.
            DenseMap[] maps = [.. stage.Maps.Select(map => DenseMap.Of(map, name => subject.Weight(name) is { } weight ? [.. Enumerable.Repeat(1.0, (int)weight.numel())] : null))];
            int first = Math.Max(0, stage.Maps.ToList().FindIndex(map => map is not FlattenOperation));
            var dense = maps[..(first + 1)].Aggregate((one, next) => one.Then(next));
            double later = stage.Maps.Zip(maps).Skip(first + 1).Where(pair => pair.First is not FlattenOperation).Sum(pair => Weights(pair.Second));
            var values = i > 0 ? trace.Layers[i - 1].Spikes : direct ? encoded.unsqueeze(0) : encoded;
            for (int b = 0; b < 5; b++)
            {
                double count = 0;
                foreach (double[] step in Values.Sample(values.to(float64), b))
                {
                    count += Enumerable.Range(0, dense.Inputs).Where(j => step[j] != 0).Sum(j => Enumerable.Range(0, dense.Outputs).Count(o => dense.Weight[o, j] != 0));
                }

                Assert.Equal(count + (later * values.shape[0]), trace.Layers[i].Operations[b].item<double>());
            }

            Assert.Equal((Weights(dense) + later) * (i == 0 && direct ? 1 : subject.Steps), trace.Layers[i].DenseOperations);
        }
    }

    // What the compiler counted of the declaration, by the maps' definitions.
    private static void CheckDescription(Subject subject, Stage stage, int steps)
    {
        foreach (var map in stage.Maps)
        {
            double weights = map is LinearOperation or ConvOperation or TransposedOperation
                ? Weights(DenseMap.Of(map, name => subject.Weight(name) is { } weight ? [.. Enumerable.Repeat(1.0, (int)weight.numel())] : null))
                : 0;
            Assert.Equal(weights * steps, subject.Module.Description.Layers.Single(layer => layer.Name == map.Name).Operations);
        }
    }

    private static double Weights(DenseMap map) => map.Weight.Cast<double>().Count(weight => weight != 0);

    [Fact]
    public void OutlivesTheScopeThatItWasMadeIn()
    {
        using var subject = new Subject(nameof(HardRectangular), Platform.Fused, seed: 3);
        NetworkTrace trace;
        using (NewDisposeScope())
        {
            trace = subject.Module.Trace(subject.On(subject.Inputs(samples: 2)));
        }

        Assert.All(trace.Layers, layer => Assert.False(layer.Spikes.IsInvalid));
        trace.Dispose();
        Assert.All(trace.Layers, layer => Assert.True(layer.Spikes.IsInvalid && layer.Currents.IsInvalid && layer.Membranes.IsInvalid));
    }
}
