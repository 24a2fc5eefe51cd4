using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using SnnDsl.Kernels;

namespace SnnDsl.Benchmarks.Kernels;

/// <summary>The kernels that walk over all neurons of a batch, [10, Neurons], on one core; beside them a copy of one such array.</summary>
public class WalkBenchmarks
{
    private const int Steps = 10;
    private static readonly NeuronKernel kernel = Neuron.Kernel;
    private float[] current = [];
    private float[] gradient = [];
    private float[] lower = [];
    private float[] upper = [];
    private float[] membranes = [];
    private float[][] results = [];

    /// <summary>Neurons of all samples: one that fits the caches, one that does not.</summary>
    [Params(16_384, 524_288)]
    public int Neurons { get; set; }

    /// <summary>Fills the arrays.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        long count = (long)Steps * Neurons;
        current = Buffers.Uniform(1, count, -0.6f, 0.5f);
        gradient = Buffers.Uniform(2, count, -1, 1);
        lower = Buffers.Uniform(3, count, -0.7f, 0.2f);
        upper = [.. lower.Select(value => value + 0.1f)];
        membranes = new float[count];
        results = [.. Enumerable.Range(0, 4).Select(_ => new float[count])];
        Intervals();
        Forward();
    }

    /// <summary>Spikes and membranes.</summary>
    [Benchmark]
    public void Forward() => kernel.Forward(
        ref current.First(), Neurons, ref results[0].First(), ref membranes.First(), Neurons, Steps, 0, Neurons);

    /// <summary>Spikes alone.</summary>
    [Benchmark]
    public void ForwardWithoutMembranes() => kernel.Forward(
        ref current.First(), Neurons, ref results[0].First(), ref Unsafe.NullRef<float>(), Neurons, Steps, 0, Neurons);

    /// <summary>Surrogate gradients.</summary>
    [Benchmark]
    public void Backward() => kernel.Backward(
        ref membranes.First(), ref gradient.First(), ref results[0].First(), Neurons, Neurons, Steps, 0, Neurons);

    /// <summary>Bounds of spikes and membranes.</summary>
    [Benchmark]
    public void Intervals() => kernel.Intervals(
        ref lower.First(), ref upper.First(), Neurons, ref results[0].First(), ref results[1].First(), ref results[2].First(),
        ref results[3].First(), Neurons, Steps, 0, Neurons);

    /// <summary>Their gradients.</summary>
    [Benchmark]
    public void IntervalsBackward() => kernel.IntervalsBackward(
        ref lower.First(), ref upper.First(), ref gradient.First(), ref gradient.First(), ref Unsafe.NullRef<float>(),
        ref Unsafe.NullRef<float>(), ref results[0].First(), ref results[1].First(), Neurons, Neurons, Steps, 0, Neurons);

    /// <summary>One array read and one written.</summary>
    [Benchmark(Baseline = true)]
    public void Copy() => current.AsSpan().CopyTo(results[0]);
}
