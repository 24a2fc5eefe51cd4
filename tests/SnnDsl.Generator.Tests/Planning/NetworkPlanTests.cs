using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Planning;
using SnnDsl.Generator.Tests.Harness;

namespace SnnDsl.Generator.Tests.Planning;

public class NetworkPlanTests
{
    [Theory]
    // DESIGN's reference nets: FC 784-512-256-10, and CONV with both convolutions halving the side.
    [InlineData(Declarations.FcDirect, 535_818)]
    [InlineData(Declarations.ConvPoisson, 640 + 73_856 + 1_605_888 + 2_570)]
    public void ParametersAreCounted(string source, long parameters)
    {
        var plan = Plans.Of(source);
        Assert.Equal(parameters, plan.Parameters);
        Assert.Equal(10, plan.Classes);
    }

    [Theory]
    // Pixels come once, spikes at each of ten steps.
    [InlineData(Declarations.FcDirect, 784 * 512 + 10 * (512 * 256 + 256 * 10))]
    // Of 3x3 taps at 14 places with stride 2 one lies on the zeros before the image, and none on those behind it: 41 x 41 meet pixels; and at 7 places 20 x 20.
    [InlineData(Declarations.ConvPoisson, 10L * (64 * 41 * 41 + 64 * 128 * 20 * 20 + 6272 * 256 + 2560))]
    // Spikes come back at three of four steps, to all or to one each.
    [InlineData(Declarations.Cycle, 30 + 3 * 25 + 4 * 20 + 3 * 4 + 4 * 12)]
    // What is joined or left out has no weights: 20, 4 x 5, 5 x 5, 5 x 3 and 8 x 2.
    [InlineData(Declarations.Shortcut, 20 + 2 * (25 + 15 + 16))]
    public void SynapticOperationsAreCounted(string source, long operations) => Assert.Equal(operations, Plans.Of(source).Operations);

    [Theory]
    // Two taps that are one apart, with zeros of their own on either side: each of four places meets both of its taps but at the ends.
    [InlineData("Conv1d(1, Kernel = 2, Padding = 1)", 3, 6)]
    [InlineData("Conv1d(1, Kernel = 3, Padding = 3)", 2, 6)]
    [InlineData("Conv1d(1, Kernel = 2, Dilation = 2, Padding = 2)", 3, 6)]
    [InlineData("Conv1d(1, Kernel = 2, Same = true)", 3, 5)]
    [InlineData("Conv1d(1, Kernel = 1, Stride = 2, Padding = 1)", 3, 1)]
    [InlineData("Conv1d(1, Kernel = 3, Stride = 5, Padding = 4)", 3, 2)]
    public void ZerosBesideASequenceCostNothing(string layer, int length, int operations) => Assert.Equal(
        operations, Plans.Of($"[SpikingNetwork] [Input(1, {length}), {layer}, Lif, Flatten, Linear(2), Lif] partial class Net;").Layers.Take(1).Sum(first => first.Layer.CountOperations(first.Input, first.Output)));

    [Fact]
    public void ShapesAreInferred() => Assert.Equal(
        ["64x14x14", "64x14x14", "128x7x7", "128x7x7", "6272", "256", "256", "10", "10"],
        Plans.Of(Declarations.ConvPoisson).Layers.Select(layer => layer.Output.Text));

    [Fact]
    public void DefaultNamesAreTheKindAndANumber() => Assert.Equal(
        ["conv1", "lif1", "conv2", "lif2", "flatten1", "fc1", "lif3", "fc2", "lif4"],
        Plans.Of(Declarations.ConvPoisson).Layers.Select(layer => layer.Name));

    [Theory]
    [InlineData("Direct", 4)]
    [InlineData("Poisson", 0)]
    [InlineData("Spikes", 0)]
    public void OnlyDirectInputIsConstantAndOnlyUpToTheFirstNeuronsCurrent(string encoding, int constant)
    {
        var plan = Plans.Of(
            $"[SpikingNetwork(Encoding = Encoding.{encoding})] [Input(1, 4, 4), AvgPool2d(2), Flatten, Linear(3), Lif, Linear(3), Lif]" +
            "partial class Net;");
        Assert.Equal(plan.Layers.Select((_, i) => i < constant), plan.Layers.Select(layer => layer.ConstantOverTime));
    }

    [Fact]
    public void AStageLeadsToItsNeurons()
    {
        var plan = Plans.Of(Declarations.EveryKind);
        Assert.Equal([0, 0, 1, 1, 2, 2, 2, 3, 3], plan.Layers.Select(layer => layer.Stage));
        Assert.Equal(3, plan.SpikingLayers);
    }

    [Fact]
    public void EqualNeuronsShareTheirKernels()
    {
        var plan = Plans.Of(Declarations.EveryKind);
        var neurons = KernelPlan.Create(plan, default).Kernels.Select(kernel => kernel.Neuron).ToList();
        Assert.Equal(2, neurons.Count);
        // A soft reset knows no reset value, and a width that is not stated is the surrogate's own.
        Assert.Equal(new NeuronModel(0.1f, 1f, ResetKind.Soft, 0f, SurrogateKind.FastSigmoid, 0.5f), neurons[0]);
        Assert.Equal(new NeuronModel(2f, 0f, ResetKind.Hard, -0.5f, SurrogateKind.Arctan, 0.75f), neurons[1]);
    }

    [Fact]
    public void NetworksShareTheKernelsOfEqualNeurons()
    {
        var plans = new[] { Declarations.EveryKind, Declarations.FcDirect, Declarations.FcDirect.Replace("FcDirect", "Another") }
            .Select(source => new Outcome<KernelPlan>(KernelPlan.Create(Plans.Of(source), default), null));
        var fault = new Fault("Net", "Exception", "planted");
        var kernels = KernelPlan.Distinct([.. plans, new Outcome<KernelPlan>(null, fault)], default).ToList();
        Assert.Equal(
            ["LifThreshold0_1Decay1SoftFastSigmoid0_5", "LifThreshold2Decay0HardToMinus0_5Arctan0_75", "LifThreshold0_25Decay0_25HardTo0Rectangular1"],
            kernels.Where(kernel => kernel.Value is not null).Select(kernel => kernel.Value!.Neuron.Name));
        Assert.Equal(["Reference.Outer+EveryKind", "Reference.Outer+EveryKind", "Reference.FcDirect"], kernels.Take(3).Select(kernel => kernel.Value!.Network));
        Assert.Same(fault, kernels[3].Fault);
    }

    /// <summary>One network in whose place a type is called var is enough: the kernels are one for all.</summary>
    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void KernelsSpellTypesWhereOneNetworkMust(bool first, bool second)
    {
        var neuron = new NeuronModel(1f, 0.5f, ResetKind.Soft, 0f, SurrogateKind.Sigmoid, 1f);
        var plans = new[] { first, second }.Select((spells, i) => new Outcome<KernelPlan>(new([new PlannedKernel(neuron, spells, $"Net{i}")]), null));
        var only = Assert.Single(KernelPlan.Distinct([.. plans], default)).Value!;
        Assert.Equal((first || second, "Net0"), (only.SpellsTypes, only.Network));
    }

    [Theory]
    [InlineData(1E-05f, 1f, "LifThreshold1EMinus05Decay1HardTo0Rectangular1")]
    [InlineData(1E+20f, 1f, "LifThreshold1E20Decay1HardTo0Rectangular1")]
    [InlineData(1f, 0.00012f, "LifThreshold1Decay0_00012HardTo0Rectangular1")]
    public void KernelsAreNamedByTheirConstants(float threshold, float decay, string name)
    {
        Assert.Equal(name, new NeuronModel(threshold, decay, ResetKind.Hard, 0f, SurrogateKind.Rectangular, 1f).Name);
        Assert.Equal(name + "Detached", new NeuronModel(threshold, decay, ResetKind.Hard, 0f, SurrogateKind.Rectangular, 1f, Detached: true).Name);
    }

    // This text is hashed into certificates: if this test fails, certificates of older versions no longer match.
    [Fact]
    public void TheArchitectureIsOneLineThatNeverChanges() => Assert.Equal(
        "encoding=Spikes;steps=1;input=2x9x8;" +
        "first=Conv2d(channels=4,kernel=2,stride=1,padding=0,bias=false)->4x8x7;" +
        "lif1=Lif(threshold=0.1,decay=1,reset=Soft,resetValue=0,surrogate=FastSigmoid,width=0.5)->4x8x7;" +
        "pool1=AvgPool2d(kernel=3,stride=2)->4x3x3;" +
        "lif2=Lif(threshold=2,decay=0,reset=Hard,resetValue=-0.5,surrogate=Arctan,width=0.75)->4x3x3;" +
        "flatten1=Flatten()->36;" +
        "fc1=Linear(features=7,bias=false)->7;" +
        "third=Lif(threshold=2,decay=0,reset=Hard,resetValue=-0.5,surrogate=Arctan,width=0.75)->7;" +
        "fc2=Linear(features=5,bias=true)->5;fc3=Linear(features=3,bias=true)->3;readout=Membrane(decay=0.5)",
        Plans.Of(Declarations.EveryKind).Architecture);

    [Fact]
    public void TheArchitectureOfOtherNeuronsIsTheirEquations() => Assert.Equal(
        "encoding=Direct;steps=4;input=6;fc1=Linear(features=5,bias=true)->5;" +
        "syn1=Neuron(states=i u,A=0.5 0|0.5 0.25,B=1 1,c=0 0,w=0 1,threshold=0.5,fires=above,P0=1 0|0 1,q0=0 0,P1=1 0|0 1,q1=0 -0.5," +
        "surrogate=Rectangular,width=1,reset=differentiated)->5;" +
        "fc2=Linear(features=5,bias=true)->5;" +
        "alif1=Neuron(states=u b,A=0.5 0|0 1,B=1 0,c=0 0,w=1 -0.125,threshold=0.25,fires=above,P0=1 0|0 0.9,q0=0 0,P1=0 0|0 0.9,q1=-0.25 1," +
        "surrogate=Arctan,width=1,reset=differentiated)->5;" +
        "fc3=Linear(features=3,bias=true)->3;" +
        "last=Neuron(states=re im,A=0.75 0|0 0.75,B=1 0,c=0 0,w=1 0,threshold=0.25,fires=above,P0=1 0|0 1,q0=0 0,P1=0 0|0 0,q1=0 0," +
        "surrogate=Rectangular,width=1,reset=differentiated)->3;readout=Mean()",
        Plans.Of(Declarations.OtherNeurons).Architecture);

    [Fact]
    public void TitlesAndEquationsAreForReading() => Assert.Equal(
        [
            "Conv2d 2x9x8 -> 4x8x7, kernel 2, stride 1, padding 0, no bias: I = W * x",
            "Lif 4x8x7, threshold 0.1, decay 1, soft reset: u = r + I, fires above 0.1, r = u - 0.1 after a spike",
            "AvgPool2d 4x8x7 -> 4x3x3, kernel 3, stride 2: I = mean of x over 3x3",
            "Lif 4x3x3, threshold 2, decay 0, hard reset: u = I, fires above 2",
            "Flatten 4x3x3 -> 36: the same values as one vector",
            "Linear 36 -> 7, no bias: I = W x",
            "Lif 7, threshold 2, decay 0, hard reset: u = I, fires above 2",
            "Linear 7 -> 5: I = W x + b",
            "Linear 5 -> 3: I = W x + b",
        ],
        Plans.Of(Declarations.EveryKind).Layers.Select(layer => $"{layer.Title}: {layer.Equation}"));

    // A maximum is a sum and neurons without memory, and integrate-and-fire is leaky without a leak: records and the checker know no more.
    [Fact]
    public void LayersLowerToWhatTheEngineKnows() => Assert.Equal(
        "encoding=Direct;steps=4;input=1x8x8;conv1=Conv2d(channels=2,kernel=3,stride=1,padding=1,bias=true)->2x8x8;" +
        "if1=Lif(threshold=1,decay=1,reset=Hard,resetValue=0,surrogate=Rectangular,width=1)->2x8x8;" +
        "pool1Sum=SumPool2d(kernel=2,stride=2,padding=0)->2x4x4;" +
        "pool1=Lif(threshold=0.00390625,decay=0,reset=Hard,resetValue=0,surrogate=StraightThrough,width=1)->2x4x4;" +
        "pool2=SumPool2d(kernel=3,stride=6,padding=1)->2x1x1;flatten1=Flatten()->2;fc1=Linear(features=2,bias=true)->2;" +
        "if2=Lif(threshold=0.5,decay=1,reset=Soft,resetValue=0,surrogate=Arctan,width=2)->2;readout=Mean()",
        Plans.Of(
            "[SpikingNetwork(TimeSteps = 4)] [Input(1, 8, 8), Conv2d(2, Padding = 1), If, MaxPool2d(2), SumPool2d(3, Stride = 7, Padding = 1)," +
            "Flatten, Linear(2), If(Threshold = 0.5, Reset = Reset.Soft, Surrogate = Surrogate.Arctan, SurrogateWidth = 2)] partial class Net;")
            .Architecture);

    // What a network does in training alone, momentum and dropout, is no part of what it is.
    [Fact]
    public void NormalisationsAreFoldedAndDropoutIsGone()
    {
        var plan = Plans.Of(
            "[SpikingNetwork] [Input(1, 8, 8), Conv2d(2, Bias = false), BatchNorm2d(Momentum = 0.5), Dropout(0.25), If, Flatten, Linear(8), BatchNorm1d(Affine = false)," +
            "Lif, Dropout, Voting(4)] partial class Net;");
        Assert.Equal(
            "encoding=Direct;steps=10;input=1x8x8;conv1=Conv2d(channels=2,kernel=3,stride=1,padding=0,bias=false)->2x6x6;bn1=BatchNorm2d(epsilon=1E-05,affine=true)->2x6x6;" +
            "if1=Lif(threshold=1,decay=1,reset=Hard,resetValue=0,surrogate=Rectangular,width=1)->2x6x6;flatten1=Flatten()->72;" +
            "fc1=Linear(features=8,bias=true)->8;bn2=BatchNorm1d(epsilon=1E-05,affine=false)->8;" +
            "lif1=Lif(threshold=0.25,decay=0.25,reset=Hard,resetValue=0,surrogate=Rectangular,width=1)->8;voting1=Voting(size=4)->2;readout=Mean()",
            plan.Architecture);
        Assert.Equal(["bn1", "drop1", "if1", "flatten1", "bn2", "lif1", "drop2", "voting1"], plan.Applied.Select(layer => layer.Name));
        Assert.Equal(["bn1", "if1", "flatten1", "bn2", "lif1", "voting1"], plan.Bounded.Select(layer => layer.Name));
        Assert.Equal(18 + 4 + (72 * 8) + 8, plan.Parameters);
        Assert.False(plan.ReadsSpikes);
    }

    [Fact]
    public void APlanKnowsWhereItsClassStands()
    {
        var spec = Plans.Of("namespace A.@class; partial struct B { partial record @int { [SpikingNetwork, Input(2), Linear(2), Lif] " +
            "protected internal partial class C; } }").Spec;
        Assert.Equal("A.@class", spec.Class.Namespace);
        Assert.Equal([new ContainingType("struct", "B"), new ContainingType("record", "@int")], spec.Class.ContainingTypes);
        Assert.Equal("A.class.B+int+C", spec.Class.FullMetadataName);
    }

    [Fact]
    public void ConstantsAreFloat32()
    {
        var lif = Assert.IsType<LifLayer>(Plans.Of("[SpikingNetwork, Input(2), Linear(2), Lif(Threshold = 0.1, ResetValue = -0.0)] partial class N;")
            .Layers[1].Layer);
        Assert.Equal(0.1f, lif.Constants.Threshold);
        Assert.False(float.IsNegative(lif.Constants.ResetValue));
    }
}
