using SnnDsl.Kernels;
using SnnDsl.Soundness.Tests.Reference;

namespace SnnDsl.Soundness.Tests.Networks;

/// <summary>The constants of a layer that never runs fused.</summary>
internal sealed class UnusedKernel(Neuron neuron) : NeuronKernel(new(
    (float)neuron.Threshold, (float)neuron.Decay, neuron.Soft ? Reset.Soft : Reset.Hard, (float)neuron.ResetValue, neuron.Surrogate,
    (float)neuron.Width))
{
    private static InvalidOperationException Fused => new("This network runs on plain operations alone.");

    public override void Forward(ref float current, nint currentStride, ref float spikes, ref float membranes, nint stride, int steps, nint from, nint to) => throw Fused;

    public override void Backward(ref float membranes, ref float spikeGradients, ref float currentGradients, nint gradientStride, nint stride, int steps, nint from, nint to) => throw Fused;

    public override void Intervals(ref float lowerCurrent, ref float upperCurrent, nint currentStride, ref float lowerSpikes, ref float upperSpikes, ref float lowerMembranes, ref float upperMembranes, nint stride, int steps, nint from, nint to) => throw Fused;

    public override void IntervalsBackward(ref float lowerMembranes, ref float upperMembranes, ref float lowerSpikeGradients, ref float upperSpikeGradients, ref float lowerMembraneGradients, ref float upperMembraneGradients, ref float lowerCurrentGradients, ref float upperCurrentGradients, nint gradientStride, nint stride, int steps, nint from, nint to) => throw Fused;

    public override double Relax(RelaxationRule rule, ref float spikeCoefficients, ref float row, ref float lowerMembranes, ref float upperMembranes, ref float currentCoefficients, nint coefficientStride, nint membraneStride, nint outputStride, int steps, nint count) => throw Fused;

    public override void RelaxBackward(RelaxationRule rule, ref float spikeCoefficients, ref float row, ref float lowerMembranes, ref float upperMembranes, ref float outputGradients, float constantGradient, ref float spikeCoefficientGradients, ref float rowGradients, ref float lowerMembraneGradients, ref float upperMembraneGradients, nint coefficientStride, nint membraneStride, nint outputStride, int steps, nint count) => throw Fused;
}
