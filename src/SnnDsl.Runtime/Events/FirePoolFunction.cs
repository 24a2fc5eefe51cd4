using System.Numerics;
using System.Runtime.CompilerServices;
using SnnDsl.Affine;
using SnnDsl.Autograd;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>
/// Currents to the maxima of their neurons' spikes over windows, and back to the first spike of each window, or to its first value where there is
/// none. Layout as in <see cref="EventLayout"/>: a window's values lie channel by channel side by side. Only currents are kept; backward runs the
/// neurons again.
/// </summary>
/// <param name="kernel">The neurons.</param>
/// <param name="window">The window.</param>
/// <param name="image">Channels, height, width of the spikes.</param>
/// <param name="steps">T.</param>
/// <param name="constant">Whether the current is the same at every step.</param>
internal sealed unsafe class FirePoolFunction(NeuronKernel kernel, Window window, long[] image, int steps, bool constant) : AutogradFunction
{
    private readonly int channels = (int)image[0], height = (int)image[1], width = (int)image[2];

    private int Neurons => channels * height * width;

    private int Outputs => channels * (int)window.Rows * (int)window.Columns;

    private nint Stride => constant ? 0 : Neurons;

    private long CurrentSize => constant ? Neurons : (long)steps * Neurons;

    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var current = inputs[0]!;
        long samples = current.size(0), size = (long)steps * Neurons;
        var output = TensorMemory.Empty([samples, steps, window.Rows, window.Columns, channels]);
        var (i, o) = (TensorMemory.Address(current), TensorMemory.Address(output));
        Cores.Share(samples, samples * size, (from, to) =>
        {
            using var workspace = Workspace.Rent(size, 1);
            float* spikes = workspace.Floats(size);
            for (long sample = from; sample < to; sample++)
            {
                kernel.Forward(
                    ref *((float*)i + (sample * CurrentSize)), Stride, ref *spikes, ref TensorMemory.At(0), Neurons, steps, 0, Neurons);
                for (int t = 0; t < steps; t++)
                {
                    Pool(spikes + ((long)t * Neurons), (float*)o + (((sample * steps) + t) * Outputs));
                }
            }
        });
        GC.KeepAlive(current);
        Save(current);
        return [output];
    }

    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] outputGradients)
    {
        var current = saved[0]!;
        var gradients = outputGradients[0].contiguous();
        var result = TensorMemory.Empty(current.Sizes());
        long samples = current.size(0), size = (long)steps * Neurons;
        var (i, g, r) = (TensorMemory.Address(current), TensorMemory.Address(gradients), TensorMemory.Address(result));
        Cores.Share(samples, 3 * samples * size, (from, to) =>
        {
            using var workspace = Workspace.Rent((3 * size) + channels, 4);
            float* spikes = workspace.Floats(size), membranes = workspace.Floats(size), spikeGradients = workspace.Floats(size), left = workspace.Floats(channels);
            for (long sample = from; sample < to; sample++)
            {
                kernel.Forward(
                    ref *((float*)i + (sample * CurrentSize)), Stride, ref *spikes, ref *membranes, Neurons, steps, 0, Neurons);
                new Span<float>(spikeGradients, checked((int)size)).Clear();
                for (int t = 0; t < steps; t++)
                {
                    long at = (long)t * Neurons;
                    Return((float*)g + (((sample * steps) + t) * Outputs), spikes + at, spikeGradients + at, left);
                }

                kernel.Backward(
                    ref *membranes, ref *spikeGradients, ref *((float*)r + (sample * CurrentSize)), Stride, Neurons, steps, 0, Neurons);
            }
        });
        GC.KeepAlive(current);
        GC.KeepAlive(gradients);
        return [result];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pool(float* spikes, float* maxima)
    {
        for (int row = 0; row < window.Rows; row++)
        {
            for (int column = 0; column < window.Columns; column++, maxima += channels)
            {
                new Span<float>(maxima, channels).Clear();
                var (top, bottom, first, last) = Under(row, column);
                for (int y = top; y < bottom; y++)
                {
                    for (int x = first; x < last; x++)
                    {
                        float* tap = spikes + ((((long)y * width) + x) * channels);
                        int c = 0;
                        for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
                        {
                            Vector.Store(Vector.Max(Vector.Load(maxima + c), Vector.Load(tap + c)), maxima + c);
                        }

                        for (; c < channels; c++)
                        {
                            maxima[c] = Math.Max(maxima[c], tap[c]);
                        }
                    }
                }
            }
        }
    }

    // What is left of a gradient goes to the first spike that is met.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Return(float* gradients, float* spikes, float* spikeGradients, float* left)
    {
        for (int row = 0; row < window.Rows; row++)
        {
            for (int column = 0; column < window.Columns; column++, gradients += channels)
            {
                new Span<float>(gradients, channels).CopyTo(new Span<float>(left, channels));
                var (top, bottom, first, last) = Under(row, column);
                for (int y = top; y < bottom; y++)
                {
                    for (int x = first; x < last; x++)
                    {
                        long at = (((long)y * width) + x) * channels;
                        Take(left, spikes + at, spikeGradients + at);
                    }
                }

                float* own = spikeGradients + ((((long)top * width) + first) * channels);
                for (int c = 0; c < channels; c++)
                {
                    own[c] += left[c];
                }
            }
        }
    }

    private void Take(float* left, float* spikes, float* spikeGradients)
    {
        int c = 0;
        for (; c <= channels - Vector<float>.Count; c += Vector<float>.Count)
        {
            var (rest, fires) = (Vector.Load(left + c), Vector.GreaterThan(Vector.Load(spikes + c), Vector<float>.Zero));
            Vector.Store(Vector.Load(spikeGradients + c) + Vector.ConditionalSelect(fires, rest, Vector<float>.Zero), spikeGradients + c);
            Vector.Store(Vector.ConditionalSelect(fires, Vector<float>.Zero, rest), left + c);
        }

        for (; c < channels; c++)
        {
            if (spikes[c] > 0)
            {
                spikeGradients[c] += left[c];
                left[c] = 0;
            }
        }
    }

    // The rows and columns of the image under the window.
    private (int Top, int Bottom, int First, int Last) Under(int row, int column)
    {
        long y = window.Down.Source(row, 0), x = window.Across.Source(column, 0);
        return (
            (int)Math.Max(0, y), (int)Math.Min(height, y + window.Down.Kernel), (int)Math.Max(0, x), (int)Math.Min(width, x + window.Across.Kernel));
    }
}
