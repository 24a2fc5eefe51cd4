using System.Numerics;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>Rounding-safe intervals from layer to layer in float32: <see cref="IntervalsThrough"/> over membranes with their errors, with the
/// magnitudes that the next layer's errors are shares of.</summary>
internal static unsafe class RoundedIntervals
{
    /// <summary>The currents of the layer behind a map.</summary>
    /// <param name="before">The layer before the map.</param>
    /// <param name="map">The map.</param>
    /// <param name="next">The neurons behind it.</param>
    public static RoundedLayer Through(RoundedLayer before, RoundedMap map, NeuronKernel next)
    {
        long samples = before.Samples;
        int steps = before.Steps, words = map.Map.Words;
        long rows = samples * steps;
        long[] shape = map.OutputShape is [var channels, var height, var width]
            ? [samples, steps, height, width, channels]
            : [samples, steps, .. map.OutputShape];
        Tensor[] outputs = [TensorMemory.Empty(shape), TensorMemory.Empty(shape), TensorMemory.Empty([samples, .. shape[2..]])];
        int[] terms = new int[rows];
        using var workspace = Workspace.Rent((4 * rows + 2 * samples) * words, 3);
        var (certain, open) = ((nint)workspace.Words(rows * words), (nint)workspace.Words(rows * words));
        nint ever = (nint)workspace.Words(samples * words);
        float threshold = before.Kernel.Parameters.Threshold;
        long size = (long)steps * before.Neurons;
        Cores.Share(samples, 2 * samples * size, (from, to) =>
        {
            using var own = Workspace.Rent(2 * size, 2);
            float* l = own.Floats(size), u = own.Floats(size);
            for (long sample = from; sample < to; sample++)
            {
                before.Bound(sample, l, u);
                var any = new Span<ulong>((ulong*)ever + (sample * words), words);
                any.Clear();
                for (int t = 0; t < steps; t++)
                {
                    long row = (sample * steps) + t;
                    int possible = Spikes(
                        l + ((long)t * before.Neurons), u + ((long)t * before.Neurons), threshold, map.Map, (ulong*)certain + (row * words),
                        (ulong*)open + (row * words));
                    terms[row] = map.Terms(possible);
                    for (int word = 0; word < words; word++)
                    {
                        any[word] |= ((ulong*)certain)[(row * words) + word] | ((ulong*)open)[(row * words) + word];
                    }
                }
            }
        });
        nint[] at = [.. outputs.Select(TensorMemory.Address), TensorMemory.Address(map.Bias), TensorMemory.Address(map.AbsoluteBias)];
        nint weights = (nint)PackedWeights.Of(map.Weight).ByInput(map.Map, map.Weight);
        nint absolute = (nint)PackedWeights.Of(map.AbsoluteWeight).ByInput(map.Map, map.AbsoluteWeight);
        Cores.Share(rows, 2 * rows * map.Values, (from, to) => map.Map.ApplyIntervals(
            (float*)weights, (float*)at[3], (ulong*)certain, (ulong*)open, (float*)at[0], (float*)at[1], (nint)from, (nint)to));
        // A spike that can come at any step counts at all of them: one sum for T, and an error that is larger by as much.
        Cores.Share(samples, 2 * samples * map.Values, (from, to) =>
            map.Map.Apply((float*)absolute, (float*)at[4], (ulong*)ever, (float*)at[2], (nint)from, (nint)to));
        GC.KeepAlive(before);
        GC.KeepAlive(map);
        return new(next, steps, IsConstant: false, outputs[0], outputs[1], outputs[2], terms, map.Values);
    }

    // Bits of one row's spikes; gives how many are possible.
    private static int Spikes(float* l, float* u, float threshold, EventMap map, ulong* certain, ulong* open)
    {
        int possible = 0;
        for (int place = 0; place < map.Places; place++)
        {
            for (int first = 0; first < map.Channels; first += 64, l += 64, u += 64, certain++, open++)
            {
                int width = Math.Min(64, map.Channels - first);
                ulong all = Bits.Above(u, threshold, width);
                *certain = Bits.Above(l, threshold, width);
                *open = all & ~*certain;
                possible += BitOperations.PopCount(all);
                if (width < 64)
                {
                    l -= 64 - width;
                    u -= 64 - width;
                }
            }
        }

        return possible;
    }
}
