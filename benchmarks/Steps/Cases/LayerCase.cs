using System.Runtime.InteropServices;
using SnnDsl.Benchmarks.Eager;
using SnnDsl.Benchmarks.Measuring;
using SnnDsl.Benchmarks.Networks;
using SnnDsl.Benchmarks.Reporting;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Cases;

/// <summary>
/// One spiking layer, forward and backward, of the size that dominates the convolutional network: eager ops, the emitted layer as
/// autograd sees it, its kernels alone in buffers that are kept, and a copy that moves as many bytes as the kernels do.
/// </summary>
internal static class LayerCase
{
    /// <summary>Its name on the command line.</summary>
    public const string Name = "layer";

    private const int Steps = 10;

    // Forward reads the currents and writes the spikes; backward reads the currents and the spikes' gradients and writes the currents'.
    private const int Arrays = 5;

    private static readonly long[] Shape = [128, 64, 14, 14];
    private static readonly long Neurons = Shape.Aggregate((a, b) => a * b);

    /// <summary>Times the four in turn.</summary>
    public static LayerResult Measure()
    {
        using var scope = NewDisposeScope();
        var current = (rand([Steps, .. Shape]) - 0.4f).requires_grad_();
        var gradient = randn([Steps, .. Shape]);
        var times = Interleaved.Measure(
            least: 7, most: 15, TimeSpan.FromSeconds(5), collectEvery: 1,
            Eager(current, gradient), Fused(current, gradient), Kernels(), Copy());
        return new LayerResult
        {
            Shape = [Steps, .. Shape],
            EagerMs = times[0].Median,
            FusedMs = times[1].Median,
            KernelsMs = times[2].Median,
            CopyMs = times[3].Median,
        };
    }

    private static Action Eager(Tensor current, Tensor gradient)
    {
        // Leaves of their own: slices of one tensor would each cost a zero-filled gradient of its whole size.
        Tensor[] currents = [.. Enumerable.Range(0, Steps).Select(t => current[t].detach().clone().requires_grad_())];
        Tensor[] gradients = [.. Enumerable.Range(0, Steps).Select(t => gradient[t].clone())];
        return () =>
        {
            using var scope = NewDisposeScope();
            var spikes = new Tensor[Steps];
            Tensor? rest = null;
            for (int t = 0; t < Steps; t++)
                (spikes[t], rest) = EagerNeuron.Fire(currents[t], rest);

            autograd.grad(spikes, currents, gradients);
        };
    }

    private static Action Fused(Tensor current, Tensor gradient)
    {
        var layer = new SpikingLayer(Fc.Kernel);
        return () =>
        {
            using var scope = NewDisposeScope();
            autograd.grad([layer.Fire(current)], [current], [gradient]);
        };
    }

    private static Action Kernels()
    {
        var kernel = Fc.Kernel;
        nint neurons = (nint)Neurons;
        // Memory as a network's tensors have it; it lives as long as the case's scope.
        Tensor[] buffers = [.. Enumerable.Range(0, Arrays - 1).Select(_ => TensorMemory.Empty(Steps, neurons).uniform_(-0.4, 0.6))];
        nint[] at = [.. buffers.Select(TensorMemory.Address)];
        return () =>
        {
            Share((from, to) => Tiles.Forward(kernel, at[0], neurons, at[1], neurons, Steps, (nint)from, (nint)to));
            Share((from, to) => Tiles.Backward(kernel, at[0], at[2], at[3], neurons, neurons, Steps, (nint)from, (nint)to));
            GC.KeepAlive(buffers);
        };
    }

    /// <summary>Half of the arrays that the kernels move are read, half are written.</summary>
    private static Action Copy()
    {
        Tensor[] buffers = [.. Enumerable.Range(0, 2).Select(_ => TensorMemory.Empty(Steps * Neurons).uniform_(-0.4, 0.6))];
        var (source, target) = (TensorMemory.Address(buffers[0]), TensorMemory.Address(buffers[1]));
        return () =>
        {
            for (int moved = 0; moved < Arrays; moved += 2)
            {
                bool isWhole = moved + 1 < Arrays;
                Share((from, to) =>
                {
                    nint start = (nint)from * Steps;
                    int count = (int)(to - from) * Steps / (isWhole ? 1 : 2);
                    MemoryMarshal.CreateReadOnlySpan(ref TensorMemory.At(source, start), count)
                        .CopyTo(MemoryMarshal.CreateSpan(ref TensorMemory.At(target, start), count));
                });
            }

            GC.KeepAlive(buffers);
        };
    }

    /// <summary>Shares the neurons over torch's threads, as the runtime does.</summary>
    private static void Share(Action<long, long> body) =>
        Cores.Share(Neurons, long.MaxValue, body, Cores.Line);
}
