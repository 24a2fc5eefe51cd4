using System.Runtime.Intrinsics.X86;
using SnnDsl.Events;

namespace SnnDsl.Kernels;

/// <summary>
/// Kernels over tensors [T, M] that no cache holds. A walk over time reads and writes a vector in each of T rows that lie far apart: dozens
/// of streams, which neither the prefetchers nor the page tables' cache follow. So a tile of neurons is copied together, worked on in the
/// first caches, and written out past them, a row at a time.
/// </summary>
internal static unsafe class Tiles
{
    private const int Width = 256;

    // Smaller tensors stay in the caches, and a copy more is a copy too many.
    private const long Large = 4 << 20;

    /// <summary><see cref="NeuronKernel.Forward"/>.</summary>
    /// <param name="kernel">The neurons.</param>
    /// <param name="current">I, [T, M] or [M].</param>
    /// <param name="currentStride">M, or 0.</param>
    /// <param name="spikes">[T, M], written.</param>
    /// <param name="membranes">[T, M], written; or 0.</param>
    /// <param name="stride">M.</param>
    /// <param name="steps">T.</param>
    /// <param name="from">The first neuron.</param>
    /// <param name="to">The neuron after the last.</param>
    public static void Forward(
        NeuronKernel kernel, nint current, nint currentStride, nint spikes, nint membranes, nint stride, int steps, nint from, nint to)
    {
        if (steps * (long)stride < Large)
        {
            kernel.Forward(
                ref TensorMemory.At(current), currentStride, ref TensorMemory.At(spikes), ref TensorMemory.At(membranes), stride, steps, from,
                to);
            return;
        }

        using var workspace = Workspace.Rent(3L * steps * Width, 3);
        float* i = workspace.Floats((long)steps * Width);
        float* s = workspace.Floats((long)steps * Width);
        float* u = workspace.Floats((long)steps * Width);
        for (nint first = from; first < to; first += Width)
        {
            int width = (int)Math.Min(Width, to - first);
            Gather((float*)current + first, currentStride, i, currentStride == 0 ? 1 : steps, width);
            kernel.Forward(
                ref *i, currentStride == 0 ? 0 : Width, ref *s, ref TensorMemory.At(membranes == 0 ? 0 : (nint)u), Width, steps, 0, width);
            Scatter(s, (float*)spikes + first, stride, steps, width);
            if (membranes != 0)
            {
                Scatter(u, (float*)membranes + first, stride, steps, width);
            }
        }

        Fence();
    }

    /// <summary><see cref="NeuronKernel.Backward"/>.</summary>
    /// <param name="kernel">The neurons.</param>
    /// <param name="membranes">u, [T, M].</param>
    /// <param name="spikeGradients">ds, [T, M].</param>
    /// <param name="currentGradients">dI, [T, M] or [M], written.</param>
    /// <param name="gradientStride">M, or 0.</param>
    /// <param name="stride">M.</param>
    /// <param name="steps">T.</param>
    /// <param name="from">The first neuron.</param>
    /// <param name="to">The neuron after the last.</param>
    public static void Backward(
        NeuronKernel kernel, nint membranes, nint spikeGradients, nint currentGradients, nint gradientStride, nint stride, int steps,
        nint from, nint to)
    {
        if (steps * (long)stride < Large)
        {
            kernel.Backward(
                ref TensorMemory.At(membranes), ref TensorMemory.At(spikeGradients), ref TensorMemory.At(currentGradients), gradientStride,
                stride, steps, from, to);
            return;
        }

        using var workspace = Workspace.Rent(3L * steps * Width, 3);
        float* u = workspace.Floats((long)steps * Width);
        float* ds = workspace.Floats((long)steps * Width);
        float* di = workspace.Floats((long)steps * Width);
        for (nint first = from; first < to; first += Width)
        {
            int width = (int)Math.Min(Width, to - first);
            Gather((float*)membranes + first, stride, u, steps, width);
            Gather((float*)spikeGradients + first, stride, ds, steps, width);
            kernel.Backward(ref *u, ref *ds, ref *di, gradientStride == 0 ? 0 : Width, Width, steps, 0, width);
            Scatter(di, (float*)currentGradients + first, stride, gradientStride == 0 ? 1 : steps, width);
        }

        Fence();
    }

    // What went past the caches is in memory before another thread is told that it is.
    private static void Fence()
    {
        if (Sse.IsSupported)
        {
            Sse.StoreFence();
        }
    }

    private static void Gather(float* from, nint stride, float* to, int rows, int width)
    {
        for (int row = 0; row < rows; row++)
        {
            new ReadOnlySpan<float>(from + row * stride, width).CopyTo(new(to + (nint)row * Width, width));
        }
    }

    // Past the caches where the lines are whole: what is written is not read again soon, and need not be fetched to be overwritten.
    private static void Scatter(float* from, float* to, nint stride, int rows, int width)
    {
        for (int row = 0; row < rows; row++, from += Width, to += stride)
        {
            if (Avx512F.IsSupported && width == Width && (nint)to % 64 == 0)
            {
                for (int i = 0; i < Width; i += Wide.Width)
                {
                    Avx512F.StoreAlignedNonTemporal(to + i, Wide.Load(from + i));
                }
            }
            else
            {
                new ReadOnlySpan<float>(from, width).CopyTo(new(to, width));
            }
        }
    }
}
