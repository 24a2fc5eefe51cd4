namespace SnnDsl.Generator.Tests.Harness;

/// <summary>The reference architectures, and one network that has every kind of layer and constant.</summary>
public static class Declarations
{
    public const string FcDirect = """
        namespace Reference;

        [SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Direct)]
        [Input(1, 28, 28)]
        [Flatten]
        [Linear(512, Name = "fc1")]
        [Lif(Threshold = 0.25, Decay = 0.25)]
        [Linear(256, Name = "fc2")]
        [Lif(Threshold = 0.25, Decay = 0.25)]
        [Linear(10, Name = "fc3")]
        [Lif(Threshold = 0.25, Decay = 0.25)]
        public sealed partial class FcDirect;
        """;

    public const string ConvPoisson = """
        namespace Reference;

        [SpikingNetwork(Encoding = Encoding.Poisson)]
        [Input(1, 28, 28)]
        [Conv2d(64, Kernel = 3, Stride = 2, Padding = 1)]
        [Lif]
        [Conv2d(64, 128, Kernel = 3, Stride = 2, Padding = 1)]
        [Lif]
        [Flatten]
        [Linear(6272, 256)]
        [Lif]
        [Linear(10)]
        [Lif]
        [MeanReadout]
        public sealed partial class ConvPoisson;
        """;

    public const string EveryKind = """
        namespace Reference
        {
            public static partial class Outer
            {
                [SpikingNetwork(TimeSteps = 1, Encoding = Encoding.Spikes)]
                [Input(2, 9, 8)]
                [Conv2d(4, Kernel = 2, Bias = false, Name = "first")]
                [Lif(Threshold = 0.1, Decay = 1, Reset = Reset.Soft, Surrogate = Surrogate.FastSigmoid)]
                [AvgPool2d(3, Stride = 2)]
                [Lif(Threshold = 2, Decay = 0, ResetValue = -0.5, Surrogate = Surrogate.Arctan, SurrogateWidth = 0.75)]
                [Flatten]
                [Linear(7, Bias = false)]
                [Lif(Threshold = 2, Decay = 0, ResetValue = -0.5, Surrogate = Surrogate.Arctan, SurrogateWidth = 0.75, Name = "third")]
                [Linear(5)]
                [Linear(3)]
                [MembraneReadout(Decay = 0.5)]
                internal partial class EveryKind;
            }
        }
        """;

    public const string OtherNeurons = """
        namespace Reference;

        [SpikingNetwork(TimeSteps = 4)]
        [Input(6)]
        [Linear(5)]
        [Synaptic(SynapticDecay = 0.5, Threshold = 0.5, Reset = Reset.Soft)]
        [Linear(5)]
        [Alif(Decay = 0.5, Adaptation = 0.125, ResetValue = -0.25, Surrogate = Surrogate.Arctan)]
        [Linear(3)]
        [ResonateAndFire(Name = "last", Angle = 0, Decay = 0.75)]
        public sealed partial class OtherNeurons;
        """;

    /// <summary>All of them by their class's name.</summary>
    public static TheoryData<string, string> All { get; } = new()
    {
        { nameof(FcDirect), FcDirect },
        { nameof(ConvPoisson), ConvPoisson },
        { nameof(EveryKind), EveryKind },
        { nameof(OtherNeurons), OtherNeurons },
    };
}
