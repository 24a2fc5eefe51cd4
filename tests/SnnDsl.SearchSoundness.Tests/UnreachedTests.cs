using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>
/// Neurons that are open though no open neuron reaches them: their currents are settled numbers within slack of a threshold. They are bounded
/// like any other, so that what they do counts.
/// </summary>
public class UnreachedTests
{
    /// <summary>Five neurons of the second layer hang on a threshold by their bias alone, and outvote the label once a pixel lets the first one fire less.</summary>
    [Theory, InlineData(Precision.Float32), InlineData(Precision.Float64), InlineData(Precision.RoundingSafe)]
    public void WhatTheForwardPassGetsWrongIsNotCertified(Precision precision)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = new OnePixel();
        Set(network, "fc1.weight", 4, 4);
        Set(network, "fc1.bias", -1.2f, -1.20004f);
        Set(network, "fc2.weight", 1.5f, -1.5f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        Set(network, "fc2.bias", 0, 1.00005f, 1.00005f, 1.00005f, 1.00005f, 1.00005f);
        Set(network, "fc3.weight", 0, 0, 0, 0, 0, 0, 1, 0.24f, 0.24f, 0.24f, 0.24f, 0.24f);
        Set(network, "fc3.bias", 0.7f, -1);
        var sample = full([1, 1, 1, 1], 0.6f);
        float[] wrong = [.. network.forward(full([1, 1, 1, 1], 0.550005f)).data<float>()];
        Assert.True(wrong[0] < wrong[1], "The point is not a counterexample.");

        using var view = new NetworkView(network, precision);
        // Without an attack: the tree itself must not close.
        using var result = new BranchAndBound(network, new() { Attacks = false, Threads = 1, MostSubproblems = 200 }, view).Run(new LInfinity(0.4), sample, 0);
        Assert.False(result.Verdict.IsByBounds());
        Assert.True(result.LowerBounds[0] <= wrong[0] - wrong[1]);
    }

    private static void Set(OnePixel network, string name, params float[] values)
    {
        var parameter = network.named_parameters().Single(pair => pair.name == name).parameter;
        parameter.copy_(tensor(values).view(parameter.shape));
    }
}

/// <summary>One pixel, three layers.</summary>
[SpikingNetwork(TimeSteps = 5)]
[Input(1, 1, 1)]
[Flatten(Name = "flat")]
[Linear(2, Name = "fc1")]
[Lif(Name = "lif1", Threshold = 1, Decay = 0.5)]
[Linear(6, Name = "fc2")]
[Lif(Name = "lif2", Threshold = 1, Decay = 0.5)]
[Linear(2, Name = "fc3")]
[Lif(Name = "lif3", Threshold = 1, Decay = 0.5)]
internal sealed partial class OnePixel;
