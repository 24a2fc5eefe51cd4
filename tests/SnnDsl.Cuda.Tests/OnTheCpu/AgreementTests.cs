using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Cuda.Tests.OnTheCpu;

/// <summary>The emitted CUDA C computes what the C# kernels do: run on the CPU, so that no graphics card is needed to know it.</summary>
public class AgreementTests
{
    [ShimTheory]
    [MemberData(nameof(Neurons.All), MemberType = typeof(Neurons))]
    public void Spikes(string neuron) => Of(neuron).OfSpikes();

    [ShimTheory]
    [MemberData(nameof(Neurons.All), MemberType = typeof(Neurons))]
    public void Intervals(string neuron) => Of(neuron).OfIntervals();

    [ShimTheory]
    [MemberData(nameof(Neurons.All), MemberType = typeof(Neurons))]
    public void Lines(string neuron) => Of(neuron).OfLines();

    private static Agreement Of(string neuron)
    {
        var (kernel, text) = Neurons.Of(neuron);
        return new(kernel, new CudaKernels(ShimLauncher.Of(text)), CPU);
    }
}
