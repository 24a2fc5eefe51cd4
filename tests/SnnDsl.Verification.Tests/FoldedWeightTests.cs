using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>The checker folds a normalisation into the very numbers that the network runs with.</summary>
public class FoldedWeightTests
{
    [Theory, InlineData(nameof(Normalised), "conv1", "bn1", 0), InlineData(nameof(Normalised), "fc1", "bn2", 1), InlineData(nameof(NormalisedTail), "fc1", "bn2", -1)]
    public void AreThoseThatRunBitByBit(string network, string layer, string norm, int stage)
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, Platform.Fused, seed);
            var specs = Architecture.Read(subject.Module.Description.Architecture).Layers;
            var values = subject.Module.state_dict().ToDictionary(entry => entry.Key, entry => Values.Of(entry.Value).Select(value => (float)value).ToArray());
            var spec = specs.Single(one => one.Name == layer);
            int outputs = values[norm + ".running_mean"].Length;
            var (weight, bias) = new LayerWeights(spec, specs.Single(one => one.Name == norm), values).Of<Float64>(
                outputs, values[layer + ".weight"].Length / outputs);
            List<double[]> run = [];
            var stages = subject.Module.Stages;
            _ = (stage < 0 ? stages.Tail! : stages.Spiking[stage].Map).With(tensor =>
            {
                run.Add(Values.Of(tensor));
                return tensor;
            });
            Assert.Equal(run[0], weight.Select(value => value.Value));
            Assert.Equal(run[1], bias.Select(value => value.Value));
        }
    }

    [Fact]
    public void StatisticsThatMakeNoNumbersAreRefused()
    {
        using var subject = new Subject(nameof(Normalised), Platform.Fused, seed: 1);
        var values = subject.Module.state_dict().ToDictionary(entry => entry.Key, entry => Values.Of(entry.Value).Select(value => (float)value).ToArray());
        values["bn1.running_var"][0] = -1;
        var architecture = Architecture.Read(subject.Module.Description.Architecture);
        Assert.Contains("no finite weights", Assert.Throws<FormatException>(() => Network<Float64>.Build(architecture, values, 3)).Message, StringComparison.Ordinal);
        values.Remove("bn1.running_var");
        Assert.Contains("bn1.running_var", Assert.Throws<FormatException>(() => Network<Float64>.Build(architecture, values, 3)).Message, StringComparison.Ordinal);
    }
}
