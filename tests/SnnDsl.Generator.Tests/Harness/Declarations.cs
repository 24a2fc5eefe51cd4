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

    /// <summary>Spikes that come back to their layer, and spikes that come later.</summary>
    public const string Cycle = """
        namespace Reference;

        [SpikingNetwork(TimeSteps = 4)]
        [Input(6)]
        [Linear(5)]
        [Alif(Decay = 0.5, Adaptation = 0.125, Recurrent = true)]
        [Delay(2)]
        [Linear(4)]
        [Plif(PerNeuron = true, Recurrent = true, RecurrentDiagonal = true)]
        [Linear(3)]
        [Li(Decay = 0.5)]
        public sealed partial class Cycle;
        """;

    /// <summary>A graph: a shortcut of currents, a branch, two trains side by side.</summary>
    public const string Shortcut = """
        namespace Reference;

        [SpikingNetwork(TimeSteps = 2)]
        [Input(4)]
        [Linear(5, Name = "a"), BatchNorm1d, Lif, Dropout]
        [Linear(5, Name = "b"), Residual("bn1"), Lif(Name = "c")]
        [Linear(3, From = "drop1", Name = "d"), Lif, Concat("c")]
        [Linear(2, Name = "e")]
        public sealed partial class Shortcut;
        """;

    /// <summary>SEW-ResNet18 for CIFAR-10, a block a line.</summary>
    public const string SewResNet18 = """
        namespace Reference;

        [SpikingNetwork(TimeSteps = 4)]
        [Input(3, 32, 32)]
        [Conv2d(64, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "b0")]
        [Conv2d(64, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(64, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b0", Name = "b1")]
        [Conv2d(64, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(64, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b1", Name = "b2")]
        [Conv2d(128, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(128, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "m3")]
        [Conv2d(128, Kernel = 1, Stride = 2, Bias = false, From = "b2")] [BatchNorm2d] [Lif] [Residual("m3", Name = "b3")]
        [Conv2d(128, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(128, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b3", Name = "b4")]
        [Conv2d(256, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(256, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "m5")]
        [Conv2d(256, Kernel = 1, Stride = 2, Bias = false, From = "b4")] [BatchNorm2d] [Lif] [Residual("m5", Name = "b5")]
        [Conv2d(256, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(256, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b5", Name = "b6")]
        [Conv2d(512, Stride = 2, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(512, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Name = "m7")]
        [Conv2d(512, Kernel = 1, Stride = 2, Bias = false, From = "b6")] [BatchNorm2d] [Lif] [Residual("m7", Name = "b7")]
        [Conv2d(512, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Conv2d(512, Padding = 1, Bias = false)] [BatchNorm2d] [Lif] [Residual("b7", Name = "b8")]
        [AvgPool2d(4)] [Flatten] [Linear(10, Name = "fc")] [Lif]
        public sealed partial class SewResNet18;
        """;

    /// <summary>The convolutional network of the Fashion-MNIST tutorials: layers that lower to others, and dropout.</summary>
    public const string Csnn = """
        namespace Reference;

        [SpikingNetwork(TimeSteps = 4)]
        [Input(1, 28, 28)]
        [Conv2d(128, Kernel = 3, Padding = 1, Bias = false, Name = "conv1")]
        [BatchNorm2d]
        [If]
        [MaxPool2d(2)]
        [Conv2d(128, Kernel = 3, Padding = 1, Bias = false, Name = "conv2")]
        [BatchNorm2d]
        [If]
        [MaxPool2d(2)]
        [Flatten]
        [Dropout(0.5)]
        [Linear(2048, Bias = false)]
        [If]
        [Linear(100, Bias = false)]
        [If]
        [Voting(10)]
        public sealed partial class Csnn;
        """;

    /// <summary>A VGG-9 on 3x32x32.</summary>
    public const string Vgg9 = """
        [SpikingNetwork(TimeSteps = 4)]
        [Input(3, 32, 32)]
        [Conv2d(64, Kernel = 3, Padding = 1)] [BatchNorm2d] [Lif]
        [Conv2d(64, Kernel = 3, Padding = 1)] [BatchNorm2d] [Lif] [MaxPool2d(2)]
        [Conv2d(128, Kernel = 3, Padding = 1)] [BatchNorm2d] [Lif]
        [Conv2d(128, Kernel = 3, Padding = 1)] [BatchNorm2d] [Lif] [MaxPool2d(2)]
        [Conv2d(256, Kernel = 3, Padding = 1)] [BatchNorm2d] [Lif]
        [Conv2d(256, Kernel = 3, Padding = 1)] [BatchNorm2d] [Lif]
        [Conv2d(256, Kernel = 3, Padding = 1)] [BatchNorm2d] [Lif] [MaxPool2d(2)]
        [Flatten]
        [Dropout(0.5)] [Linear(1024)] [BatchNorm1d] [Lif]
        [Dropout(0.5)] [Linear(10)]
        public sealed partial class Vgg9;
        """;

    /// <summary>DVSGestureNet: {C128k3-BN-LIF-MP2}x5-DP-FC512-LIF-DP-FC110-LIF-Voting10 on 2x128x128.</summary>
    public const string DvsGestureNet = """
        [SpikingNetwork(TimeSteps = 16, Encoding = Encoding.Spikes)]
        [Input(2, 128, 128)]
        [Conv2d(128, Kernel = 3, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Threshold = 1, Decay = 0.5)] [MaxPool2d(2)]
        [Conv2d(128, Kernel = 3, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Threshold = 1, Decay = 0.5)] [MaxPool2d(2)]
        [Conv2d(128, Kernel = 3, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Threshold = 1, Decay = 0.5)] [MaxPool2d(2)]
        [Conv2d(128, Kernel = 3, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Threshold = 1, Decay = 0.5)] [MaxPool2d(2)]
        [Conv2d(128, Kernel = 3, Padding = 1, Bias = false)] [BatchNorm2d] [Lif(Threshold = 1, Decay = 0.5)] [MaxPool2d(2)]
        [Flatten]
        [Dropout(0.5)] [Linear(512)] [Lif(Threshold = 1, Decay = 0.5)]
        [Dropout(0.5)] [Linear(110)] [Lif(Threshold = 1, Decay = 0.5)]
        [Voting(10)]
        public sealed partial class DvsGestureNet;
        """;

    /// <summary>All of them by their class's name.</summary>
    public static TheoryData<string, string> All { get; } = new()
    {
        { nameof(Csnn), Csnn },
        { nameof(Shortcut), Shortcut },
        { nameof(Cycle), Cycle },
        { nameof(FcDirect), FcDirect },
        { nameof(ConvPoisson), ConvPoisson },
        { nameof(EveryKind), EveryKind },
        { nameof(OtherNeurons), OtherNeurons },
    };
}
