using SnnDsl.Kernels;

namespace SnnDsl.Benchmarks.Kernels;

/// <summary>A network for the sake of its neurons' kernels: threshold and decay 0.25, hard reset to 0, rectangular surrogate.</summary>
[SpikingNetwork(TimeSteps = 10, Encoding = Encoding.Direct)]
[Input(4)]
[Linear(2)]
[Lif(Threshold = 0.25, Decay = 0.25)]
internal sealed partial class Neuron
{
    internal static NeuronKernel Kernel { get; } = new Emitted.LifThreshold0_25Decay0_25HardTo0Rectangular1();
}
