using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>A network's weights by its layers' names.</summary>
public class WeightsTests
{
    [Fact]
    public void ALayerHasItsWeightAndBias()
    {
        using var network = new Normalised(seed: 1);
        var state = network.state_dict();
        foreach (var layer in network.Weights)
        {
            Assert.Same(layer.Tensors.GetValueOrDefault("bias"), layer.Bias);
            Assert.All(layer.Tensors, entry => Assert.Same(state[$"{layer.Layer}.{entry.Key}"], entry.Value));
        }

        Assert.Equal(state.Count, network.Weights.Sum(layer => layer.Tensors.Count));
        Assert.Equal(network.Weights.Count, network.Weights.Count());
        Assert.Equal(network.Description.Layers.Where(layer => layer.Parameters > 0 || layer.Kind.StartsWith("BatchNorm")).Select(layer => layer.Name), network.Weights.Select(layer => layer.Layer));
    }

    [Fact]
    public void WhatIsCopiedIntoAWeightIsWhatTheNetworkRunsWith()
    {
        using var network = new HardRectangular(seed: 1);
        string last = network.Weights.Last().Layer;
        using var guard = no_grad();
        network.Weights[last].Weight.zero_();
        network.Weights[last].Bias!.zero_();
        using var logits = network.forward(ones([2, .. network.Description.InputShape]));
        Assert.Equal(0, logits.abs().max().item<float>());
    }

    [Fact]
    public void NeuronsThatLearnHaveTensorsToo()
    {
        using var network = new Neurons.LearningThresholds(seed: 1);
        Assert.Equal(["decay_logit", "threshold_log"], network.Weights["n2"].Tensors.Keys.Order());
        var error = Assert.Throws<KeyNotFoundException>(() => network.Weights["n2"].Weight);
        Assert.Equal("The layer 'n2' has no weight; it has decay_logit, threshold_log.", error.Message);
    }

    [Theory]
    [InlineData("fc9", "HardRectangular has no layer 'fc9'")]
    [InlineData("FC1", "HardRectangular has no layer 'FC1'")]
    [InlineData("", "HardRectangular has no layer ''")]
    [InlineData("fc1.weight", "HardRectangular has no layer 'fc1.weight'")]
    [InlineData("lif1", "The layer 'lif1' of HardRectangular is Lif and holds no weights")]
    public void AnUnknownNameIsToldWhichThereAre(string layer, string begins)
    {
        using var network = new HardRectangular(seed: 1);
        var error = Assert.Throws<KeyNotFoundException>(() => network.Weights[layer]);
        Assert.Equal($"{begins}; those with weights are {string.Join(", ", network.Weights.Select(entry => entry.Layer))}.", error.Message);
    }
}
