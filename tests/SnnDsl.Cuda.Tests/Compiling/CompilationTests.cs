using System.Collections.Concurrent;
using SnnDsl.Kernels;

namespace SnnDsl.Cuda.Tests.Compiling;

/// <summary>Every emitted kernel compiles for real; no graphics card is needed for that.</summary>
public class CompilationTests
{
    private static readonly string[] s_kernels = ["Forward", "Backward", "Intervals", "IntervalsBackward", "Relax", "RelaxBackward"];

    // Most networks of the examples share their neuron.
    private static readonly ConcurrentDictionary<(string Text, int Capability), byte[]> s_images = new();

    [NvrtcTheory]
    [MemberData(nameof(Neurons.All), MemberType = typeof(Neurons))]
    public void EveryKernelCompilesForHopper(string neuron) => Compiles(neuron, 90);

    [NvrtcTheory]
    [MemberData(nameof(Neurons.All), MemberType = typeof(Neurons))]
    public void EveryKernelCompilesForAmpere(string neuron) => Compiles(neuron, 80);

    [NvrtcFact]
    public void ADeviceNewerThanTheCompilerGetsPtx()
    {
        string ptx = System.Text.Encoding.UTF8.GetString(Nvrtc.Here!.Compile(Neurons.Of(Neurons.Papers).Text, 9990));
        Assert.Contains(".version", ptx);
        Assert.All(s_kernels, kernel => Assert.Contains($".entry {kernel}(", ptx));
        Assert.DoesNotContain("fma.rn", ptx);
    }

    [NvrtcFact]
    public void WhatDoesNotCompileSaysWhere()
    {
        var exception = Assert.Throws<CudaException>(() => Nvrtc.Here!.Compile("extern \"C\" __global__ void Forward() { nothing(); }", 80));
        Assert.Contains("identifier \"nothing\" is undefined", exception.Message);
        Assert.Contains("install an older one", Assert.Throws<CudaException>(() => Nvrtc.Here!.Compile("", 5)).Message);
    }

    [NvrtcFact]
    public void ImagesAreKeptAndADamagedOneIsCompiledAgain()
    {
        string folder = Directory.CreateTempSubdirectory("snndsl-kernels-").FullName;
        try
        {
            const string text = "extern \"C\" __global__ void Forward(float* x) { *x = 1.0f; }";
            byte[] first = CompiledKernels.Get(Nvrtc.Here!, text, 80, folder);
            string file = Assert.Single(Directory.GetFiles(folder));
            var written = File.GetLastWriteTimeUtc(file);
            Assert.Equal(first, CompiledKernels.Get(Nvrtc.Here!, text, 80, folder));
            Assert.Equal(written, File.GetLastWriteTimeUtc(file));
            Assert.Equal(first, Nvrtc.Here!.Compile(text, 80));

            File.WriteAllBytes(file, File.ReadAllBytes(file)[..^40]);
            Assert.Equal(first, CompiledKernels.Get(Nvrtc.Here!, text, 80, folder));
            CompiledKernels.Get(Nvrtc.Here!, text, 90, folder);
            Assert.Equal(2, Directory.GetFiles(folder).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [NvrtcFact]
    public void AFolderThatCannotBeWrittenToCostsNothingButTime() =>
        Assert.NotEmpty(CompiledKernels.Get(Nvrtc.Here!, "extern \"C\" __global__ void Forward() { }", 80, Path.Combine(typeof(Nvrtc).Assembly.Location, "kernels")));

    private static void Compiles(string neuron, int capability)
    {
        byte[] image = s_images.GetOrAdd((Neurons.Of(neuron).Text, capability), key => Nvrtc.Here!.Compile(key.Text, key.Capability));
        // An ELF file, whose symbol table names the entry points.
        Assert.Equal([0x7f, (byte)'E', (byte)'L', (byte)'F'], image[..4]);
        string names = System.Text.Encoding.Latin1.GetString(image);
        Assert.All(s_kernels, kernel => Assert.Contains($".text.{kernel}\0", names));
    }
}
