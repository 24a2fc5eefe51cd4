using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using SnnDsl.Kernels;

namespace SnnDsl.Benchmarks.Kernels;

/// <summary>The relaxation of one sample and rival through a layer of 6,272 neurons over 10 steps, on one core.</summary>
public class RelaxBenchmarks
{
    private const int Steps = 10;
    private const int Count = 6_272;
    private static readonly NeuronKernel kernel = Neuron.Kernel;
    private float[] coefficients = [];
    private float[] gradients = [];
    private float[] lower = [];
    private float[] upper = [];
    private float[][] results = [];

    /// <summary>The share of neurons and steps that are unstable: the kernels skip the lines of vectors without one.</summary>
    [Params(0.01, 0.1, 1.0)]
    public double Unstable { get; set; }

    /// <summary>Which lines.</summary>
    [Params(RelaxationRule.Joint, RelaxationRule.Paper)]
    public RelaxationRule Rule { get; set; }

    /// <summary>Fills the arrays.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        coefficients = Buffers.Uniform(1, Steps * Count, -1, 1);
        gradients = Buffers.Uniform(2, Steps * Count, -1, 1);
        (lower, upper) = Buffers.Bounds(3, Steps * Count, kernel.Parameters.Threshold, Unstable);
        results = [.. Enumerable.Range(0, 3).Select(_ => new float[Steps * Count])];
    }

    /// <summary>Coefficients on the currents.</summary>
    [Benchmark]
    public double Relax() => kernel.Relax(
        Rule, ref coefficients.First(), ref Unsafe.NullRef<float>(), ref lower.First(), ref upper.First(), ref results[0].First(),
        Count, Count, Count, Steps, Count);

    /// <summary>The gradient.</summary>
    [Benchmark]
    public void RelaxBackward() => kernel.RelaxBackward(
        Rule, ref coefficients.First(), ref Unsafe.NullRef<float>(), ref lower.First(), ref upper.First(), ref gradients.First(), 1,
        ref results[0].First(), ref Unsafe.NullRef<float>(), ref results[1].First(), ref results[2].First(), Count, Count, Count, Steps,
        Count);
}
