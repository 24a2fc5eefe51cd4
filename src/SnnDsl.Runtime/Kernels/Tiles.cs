using System.Runtime.Intrinsics.X86;
using SnnDsl.Hardware;

namespace SnnDsl.Kernels;

/// <summary>
/// Kernels over tensors [T, M] that no cache holds. A walk over time reads and writes a vector in each of T rows that lie far apart: dozens
/// of streams, which neither the prefetchers nor the page tables' cache follow. So a tile of neurons is copied together, worked on in the
/// first caches, and written out past them, a row at a time; what the next tile reads is fetched meanwhile.
/// </summary>
internal static unsafe class Tiles
{
    private const int Width = 256;

    // Neurons between two requests for the next tile's rows: all at once would be more than the processor can have under way.
    private const int Part = 64;
    private const int Parts = Width / Part;

    // A tile's rows begin on different lines of the first cache; rows of a power of two would all compete for the same few.
    private const int Pitch = Width + 16;

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

        var (rows, pitch) = currentStride == 0 ? (1, 0) : (steps, Pitch);
        using var workspace = Workspace.Rent(2L * steps * Pitch, 2);
        float* i = workspace.Floats((long)steps * Pitch);
        float* s = workspace.Floats((long)steps * Pitch);
        for (nint first = from; first < to; first += Width)
        {
            int width = (int)Math.Min(Width, to - first);
            Gather((float*)current + first, currentStride, i, rows, width);
            for (int part = 0; part * Part < width; part++)
            {
                Fetch((float*)current + first + Width, currentStride, rows, part);
                kernel.Forward(ref *i, pitch, ref *s, ref none, Pitch, steps, part * Part, Math.Min((part + 1) * Part, width));
            }

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
        var (rows, pitch) = currentStride == 0 ? (1, 0) : (steps, Pitch);
        using var workspace = Workspace.Rent(4L * steps * Pitch, 4);
        float* i = workspace.Floats((long)steps * Pitch);
        float* s = workspace.Floats((long)steps * Pitch);
        float* u = workspace.Floats((long)steps * Pitch);
        float* ds = workspace.Floats((long)steps * Pitch);
        for (nint first = from; first < to; first += Width)
        {
            int width = (int)Math.Min(Width, to - first);
            Gather((float*)current + first, currentStride, i, rows, width);
            Gather((float*)spikeGradients + first, stride, ds, steps, width);
            for (int part = 0; part * Part < width; part++)
            {
                var (start, end) = (part * Part, Math.Min((part + 1) * Part, width));
                Fetch((float*)current + first + Width, currentStride, rows, part);
                kernel.Forward(ref *i, pitch, ref *s, ref *u, Pitch, steps, start, end);
                Fetch((float*)spikeGradients + first + Width, stride, steps, part);

                // The part's currents have been read: their place takes the gradients.
                kernel.Backward(ref *u, ref *ds, ref *i, pitch, Pitch, steps, start, end);
            }

            Scatter(i, (float*)currentGradients + first, currentStride, rows, width);
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

    // Asks for a part of a tile's rows; an address behind the tensor's end is only a hint that comes to nothing.
    private static void Fetch(float* from, nint stride, int rows, int part)
    {
        if (!Sse.IsSupported)
        {
            return;
        }

        for (int row = part * rows / Parts; row < (part + 1) * rows / Parts; row++)
        {
            for (int i = 0; i < Width; i += Wide.Width)
            {
                Sse.Prefetch1(from + row * stride + i);
            }
        }
    }

    private static void Gather(float* from, nint stride, float* to, int rows, int width)
    {
        for (int row = 0; row < rows; row++, from += stride, to += Pitch)
        {
            int i = 0;
            for (; i + Wide.Width <= width; i += Wide.Width)
            {
                Wide.Store(to + i, Wide.Load(from + i));
            }

            for (; i < width; i++)
            {
                to[i] = from[i];
            }
        }
    }

    // Past the caches where the lines are whole: what is written is not read again soon, and need not be fetched to be overwritten.
    private static void Scatter(float* from, float* to, nint stride, int rows, int width)
    {
        for (int row = 0; row < rows; row++, from += Pitch, to += stride)
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
