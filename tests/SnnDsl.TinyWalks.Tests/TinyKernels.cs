using System.Globalization;
using System.Reflection;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>Emitted kernels of every LIF neuron that tiny networks have.</summary>
internal static class TinyKernels
{
    private static readonly NeuronKernel[] s_all =
    [
        .. typeof(TinyKernels).Assembly.GetTypes().Where(type => type.IsDefined(typeof(SpikingNetworkAttribute)))
            .Select(type => ((SpikingModule)Activator.CreateInstance(type, 0L)!).Stages.Neurons[0].Kernel),
    ];

    /// <summary>The kernels of a layer.</summary>
    public static NeuronKernel Of(LayerSpec layer)
    {
        float Constant(string name) => float.Parse(layer.Constants[name], CultureInfo.InvariantCulture);
        var reset = Enum.Parse<Reset>(layer.Constants["reset"]);
        return s_all.Single(kernel => kernel.Parameters is var own && own.Reset == reset
            && (own.Threshold, own.Decay) == (Constant("threshold"), Constant("decay")) && (reset == Reset.Soft || own.ResetValue == Constant("resetValue")));
    }
}

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 1, Decay = 0.5)]
internal sealed partial class HalfHard;

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 1, Decay = 0.5, Reset = Reset.Soft)]
internal sealed partial class HalfSoft;

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 1, Decay = 1)]
internal sealed partial class WholeHard;

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 0.5, Decay = 0.25, ResetValue = 0.25)]
internal sealed partial class Raised;

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 1, Decay = 0.5, ResetValue = -0.5)]
internal sealed partial class Lowered;

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 1, Decay = 0.5, ResetValue = 1.5)]
internal sealed partial class Above;

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 1, Decay = 0, Reset = Reset.Soft)]
internal sealed partial class NothingSoft;

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 0.75, Decay = 1, Reset = Reset.Soft)]
internal sealed partial class WholeSoft;

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 1, Decay = 0.5, ResetValue = 1)]
internal sealed partial class AtThreshold;

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 1, Decay = 0)]
internal sealed partial class NothingHard;

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 0.5, Decay = 0.75, Reset = Reset.Soft)]
internal sealed partial class LowSoft;

[SpikingNetwork(TimeSteps = 2), Input(1), Linear(2), Lif(Threshold = 2, Decay = 0.75)]
internal sealed partial class High;
