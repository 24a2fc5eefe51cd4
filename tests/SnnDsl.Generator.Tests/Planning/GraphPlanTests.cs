using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Planning;

/// <summary>Networks whose layers read others than the one before them.</summary>
public class GraphPlanTests
{
    /// <summary>ResNet18 for CIFAR-10 has 11,173,962 parameters (github.com/kuangliu/pytorch-cifar): SEW's has the same.</summary>
    [Fact]
    public void SewResNet18HasTheParametersOfResNet18()
    {
        var plan = Plans.Of(Declarations.SewResNet18);
        Assert.Equal(11_173_962, plan.Parameters);
        Assert.Equal(21, plan.SpikingLayers);
        Assert.False(plan.IsChain);
    }

    [Fact]
    public void TheArchitectureNamesWhatIsReadWhereItIsNotTheLayerBefore() => Assert.Equal(
        "encoding=Direct;steps=2;input=4;a=Linear(features=5,bias=true)->5;bn1=BatchNorm1d(epsilon=1E-05,affine=true)->5;"
        + $"lif1={Lif}->5;b=Linear(features=5,bias=true)->5;add1<-b,bn1=Add()->5;c={Lif}->5;d<-lif1=Linear(features=3,bias=true)->3;"
        + $"lif3={Lif}->3;concat1<-lif3,c=Concat()->8;e=Linear(features=2,bias=true)->2;readout=Mean()",
        Plans.Of(Declarations.Shortcut).Architecture);

    [Fact]
    public void WhatIsConstantIsWhatNoSpikesHaveReached() => Assert.Equal(
        ["a", "bn1", "lif1"], Plans.Of(Declarations.Shortcut).Layers.Where(layer => layer.ConstantOverTime).Select(layer => layer.Name));

    [Fact]
    public void SourcesThatAreTheLayerBeforeMakeNoGraph() => Assert.True(
        Plans.Of("[SpikingNetwork, Input(4), Linear(3, Name = \"a\"), Lif(From = \"a\")] partial class Net;").IsChain);

    /// <summary>What comes back stands behind its neurons, and a delay makes a graph of a chain.</summary>
    [Fact]
    public void CyclesAndDelaysStandInTheArchitecture()
    {
        var plan = Plans.Of(Declarations.Cycle);
        Assert.False(plan.IsChain);
        Assert.True(Plans.Of("[SpikingNetwork, Input(4), Linear(3), Lif(Recurrent = true)] partial class Net;").IsChain);
        Assert.Equal((5 * 6) + 5 + (5 * 5) + (4 * 5) + 4 + 4 + 4 + (3 * 4) + 3, plan.Parameters);
        string[] layers = plan.Architecture.Split(';');
        Assert.StartsWith("alif1=Neuron(", layers[4], StringComparison.Ordinal);
        Assert.Equal("alif1.recurrent=Recurrent(diagonal=false)->5", layers[5]);
        Assert.Equal("delay1=Delay(steps=2)->5", layers[6]);
        Assert.Equal("plif1.recurrent=Recurrent(diagonal=true)->4", layers[9]);
    }

    private const string Lif = "Lif(threshold=0.25,decay=0.25,reset=Hard,resetValue=0,surrogate=Rectangular,width=1)";
}
