using SnnDsl.Generator.Emission.Kernels;
using SnnDsl.Generator.Model;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Cuda.Tests;

/// <summary>What happens where something that CUDA kernels need is missing.</summary>
public class CudaEngineTests
{
    [Fact]
    public void WhatIsMissingIsSaidOnceAndWithWhatToDo()
    {
        if (CudaEngine.Missing is not { } missing)
        {
            return; // The tests on a GPU say that the kernels run.
        }

        Assert.Matches("was not found: install|failed with error|names '", missing);
        var told = new List<string>();
        var before = CudaEngine.FallBack;
        try
        {
            CudaEngine.FallBack = told.Add;
            using var current = zeros(3);
            Assert.True(Neurons.ExampleNames.Count > 1);
            foreach (string neuron in Neurons.ExampleNames.Append(Neurons.Papers))
                Assert.Null(CudaEngine.For(Neurons.Of(neuron).Kernel, current));
        }
        finally
        {
            CudaEngine.FallBack = before;
        }

        Assert.EndsWith(missing, Assert.Single(told));
    }

    [Fact]
    public void ANeuronWithoutCudaTextHasNoKernels()
    {
        using var current = zeros(3);
        Assert.Null(CudaEngine.For(Neurons.WithoutText, current));
    }

    [Theory]
    [MemberData(nameof(Neurons.Examples), MemberType = typeof(Neurons))]
    public void ANetworkOfTheExamplesCarriesTheTextOfItsNeurons(string neuron)
    {
        var (kernel, text) = Neurons.Of(neuron);
        var p = kernel.Parameters;
        var model = new NeuronModel(
            p.Threshold, p.Decay, (ResetKind)p.Reset, p.ResetValue, (SurrogateKind)p.Surrogate, p.SurrogateWidth);
        Assert.Equal(CudaKernelEmitter.Emit(model).TrimEnd(), text);
    }
}
