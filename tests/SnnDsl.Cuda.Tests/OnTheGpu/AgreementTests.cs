using System.Collections.Concurrent;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Cuda.Tests.OnTheGpu;

/// <summary>The same on a graphics card: compiled by NVRTC, launched on torch's memory and stream.</summary>
public class AgreementTests
{
    private static readonly ConcurrentDictionary<string, CudaKernels> s_kernels = new();

    [GpuTheory]
    [MemberData(nameof(Neurons.All), MemberType = typeof(Neurons))]
    public void Spikes(string neuron) => Of(neuron).OfSpikes();

    [GpuTheory]
    [MemberData(nameof(Neurons.All), MemberType = typeof(Neurons))]
    public void Intervals(string neuron) => Of(neuron).OfIntervals();

    [GpuTheory]
    [MemberData(nameof(Neurons.All), MemberType = typeof(Neurons))]
    public void Lines(string neuron) => Of(neuron).OfLines();

    private static Agreement Of(string neuron)
    {
        Assert.Null(CudaEngine.Missing);
        var (kernel, text) = Neurons.Of(neuron);
        var cuda = s_kernels.GetOrAdd(text, static text => new CudaKernels(new CudaLauncher(
            CudaDriver.Here!, 0, Nvrtc.Here!.Compile(text, CudaDriver.Here!.Capability(0)))));
        return new(kernel, cuda, CUDA);
    }
}
