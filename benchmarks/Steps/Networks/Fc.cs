using SnnDsl.Kernels;

namespace SnnDsl.Benchmarks.Networks;

/// <summary>The fully connected reference network for 28 x 28 images.</summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Direct)]
[Input(1, 28, 28)]
[Flatten]
[Linear(512, Name = "fc1")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(256, Name = "fc2")]
[Lif(Threshold = 0.25, Decay = 0.25)]
[Linear(10, Name = "fc3")]
[Lif(Threshold = 0.25, Decay = 0.25)]
internal sealed partial class Fc
{
    /// <summary>The emitted kernels of its neurons, to be timed without anything around them.</summary>
    internal static NeuronKernel Kernel { get; } = new Emitted.LifThreshold0_25Decay0_25HardTo0Rectangular1();
}
