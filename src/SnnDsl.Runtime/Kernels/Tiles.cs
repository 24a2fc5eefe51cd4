using System.Runtime.Intrinsics.X86;
using SnnDsl.Hardware;

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

    /// <summary><see cref="NeuronKernel.Forward"/> without membranes.</summary>
    /// <param name="kernel">The neurons.</param>
    /// <param name="current">I, [T, M] or [M].</param>
    /// <param name="currentStride">M, or 0.</param>
    /// <param name="spikes">[T, M], written.</param>
    /// <param name="stride">M.</param>
    /// <param name="steps">T.</param>
    /// <param name="from">The first neuron.</param>
    /// <param name="to">The neuron after the last.</param>
    public static void Forward(
        NeuronKernel kernel, nint current, nint currentStride, nint spikes, nint stride, int steps, nint from, nint to)
    {
        ref float none = ref TensorMemory.At(0);
        if (steps * (long)stride < Large)
        {
            kernel.Forward(
                ref TensorMemory.At(current), currentStride, ref TensorMemory.At(spikes), ref none, stride, steps, from, to);
            return;
        }

        using var workspace = Workspace.Rent(2L * steps * Width, 2);
        float* i = workspace.Floats((long)steps * Width);
        float* s = workspace.Floats((long)steps * Width);
        for (nint first = from; first < to; first += Width)
        {
            int width = (int)Math.Min(Width, to - first);
            Gather((float*)current + first, currentStride, i, currentStride == 0 ? 1 : steps, width);
            kernel.Forward(ref *i, currentStride == 0 ? 0 : Width, ref *s, ref none, Width, steps, 0, width);
            Scatter(s, (float*)spikes + first, stride, steps, width);
        }

        Fence();
    }

    /// <summary>The neurons once more from their currents, and <see cref="NeuronKernel.Backward"/>.</summary>
    /// <param name="kernel">The neurons.</param>
    /// <param name="current">I, [T, M] or [M].</param>
    /// <param name="spikeGradients">ds, [T, M].</param>
    /// <param name="currentGradients">dI, [T, M] or [M], written.</param>
    /// <param name="currentStride">M, or 0.</param>
    /// <param name="stride">M.</param>
    /// <param name="steps">T.</param>
    /// <param name="from">The first neuron.</param>
    /// <param name="to">The neuron after the last.</param>
    public static void Backward(
        NeuronKernel kernel, nint current, nint spikeGradients, nint currentGradients, nint currentStride, nint stride, int steps,
        nint from, nint to)
    {
        int rows = currentStride == 0 ? 1 : steps;
        nint tileStride = currentStride == 0 ? 0 : Width;
        using var workspace = Workspace.Rent(4L * steps * Width, 4);
        float* i = workspace.Floats((long)steps * Width);
        float* s = workspace.Floats((long)steps * Width);
        float* u = workspace.Floats((long)steps * Width);
        float* ds = workspace.Floats((long)steps * Width);
        for (nint first = from; first < to; first += Width)
        {
            int width = (int)Math.Min(Width, to - first);
            Gather((float*)current + first, stride, i, rows, width);
            Gather((float*)spikeGradients + first, stride, ds, steps, width);
            kernel.Forward(ref *i, tileStride, ref *s, ref *u, Width, steps, 0, width);

            // Currents have been read: their place takes the gradients.
            kernel.Backward(ref *u, ref *ds, ref *i, tileStride, Width, steps, 0, width);
            Scatter(i, (float*)currentGradients + first, stride, rows, width);
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
