using System.Runtime.InteropServices;
using Mnist;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Cuda.Tests.OnTheGpu;

/// <summary>Whole networks of the examples on a graphics card: fused kernels, TorchSharp's operations and the CPU agree.</summary>
[Collection(nameof(NetworkTests))]
public partial class NetworkTests
{
    private const int Samples = 32;

    [GpuTheory]
    [InlineData(typeof(FcDirect))]
    [InlineData(typeof(FcPoisson))]
    [InlineData(typeof(ConvDirect))]
    public void EnginesAgree(Type network)
    {
        Assert.Null(CudaEngine.Missing);
        backends.cudnn.allow_tf32 = false;
        using var scope = NewDisposeScope();
        var onCpu = Run(network, CPU, Engine.Auto);
        var fused = Run(network, CUDA, Engine.Auto);
        var plain = Run(network, CUDA, Engine.Plain);
        foreach (string what in fused.Keys)
        {
            // A product's sum rounds in another order on another device, and one rounding can move a spike: most values are equal.
            double share = ShareOfDifferent(fused[what], plain[what]), shareToCpu = ShareOfDifferent(fused[what], onCpu[what]);
            Assert.True(share <= 0.01, $"{what}: {share:P1} differ between fused and plain operations.");
            Assert.True(shareToCpu <= 0.05, $"{what}: {shareToCpu:P1} differ from the CPU.");
        }
    }

    [GpuFact]
    public void CertifiedStepsLeaveNoDeviceMemoryBehind()
    {
        using var network = new FcDirect();
        network.to(CUDA);
        ulong least = ulong.MaxValue, most = 0;
        for (int step = 0; step < 80; step++)
        {
            using var scope = NewDisposeScope();
            var inputs = rand([Samples, 1, 28, 28], device: CUDA);
            Margins(network, inputs, BoundMethod.SCrown).sum().backward();
            network.zero_grad();
            if (step >= 20)
            {
                Assert.Equal(0, MemoryInfo(out ulong free, out _));
                (least, most) = (Math.Min(least, free), Math.Max(most, free));
            }
        }

        Assert.True(most - least < 64 << 20, $"Free memory went from {most} to {least} bytes.");
    }

    private static Dictionary<string, Tensor> Run(Type type, Device device, Engine engine)
    {
        var before = SpikingLayer.Engine;
        SpikingLayer.Engine = engine;
        try
        {
            using var network = (SpikingModule)Activator.CreateInstance(type, 3L)!;
            network.to(device);
            var inputs = rand([Samples, 1, 28, 28], generator: new torch.Generator(7)).to(device);
            Dictionary<string, Tensor> results = [];
            Add("logits", network.forward(inputs));
            foreach (var method in Enum.GetValues<BoundMethod>())
            {
                Add($"{method} margins", Margins(network, inputs, method));
            }

            return results;

            void Add(string name, Tensor values)
            {
                results[name] = values.detach().cpu();
                (values * linspace(0.5, 1.5, values.numel(), device: device).view(values.shape)).sum().backward();
                foreach (var (parameter, weights) in network.named_parameters())
                {
                    results[$"{name}, gradient of {parameter}"] = weights.grad!.cpu();
                }

                network.zero_grad();
            }
        }
        finally
        {
            SpikingLayer.Engine = before;
        }
    }

    private static Tensor Margins(SpikingModule network, Tensor inputs, BoundMethod method) =>
        network.BoundMargins(new LInfinity(0.02).Apply(network, inputs), arange(Samples, device: inputs.device) % 10, method);

    private static double ShareOfDifferent(Tensor a, Tensor b)
    {
        var tolerance = b.abs().max() * 1e-3 + 1e-9;
        return ((a - b).abs() > tolerance).to(float64).mean().item<double>();
    }

    [LibraryImport("cuda", EntryPoint = "cuMemGetInfo_v2")]
    private static partial int MemoryInfo(out ulong free, out ulong total);
}
