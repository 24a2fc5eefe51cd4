using System.Numerics;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>
/// Which k changes move each output of a fully connected map furthest down, and which furthest up. Every row of weights is looked through once for every
/// recording, as many entries at a time as a register holds: only those beyond the k-th so far stop the look, and they become rare soon.
/// </summary>
internal static class HarmfulRows
{
    /// <summary>Looks for the changes of some recordings.</summary>
    /// <param name="moves">What a change adds to each entry, 1, -1 or 0, [N, inputs].</param>
    /// <param name="weight">The map, [outputs, inputs].</param>
    /// <param name="count">k, at least 0.</param>
    /// <returns>
    /// Their weights' places in the flattened map, and 1 or -1 as they add the weight or take it away, 0 where there are fewer than k:
    /// [2, N, outputs, at most k], down and up.
    /// </returns>
    public static (Tensor Places, Tensor Signs) Find(Tensor moves, Tensor weight, int count) =>
        weight.dtype == ScalarType.Float64 ? Find<double>(moves, weight, count) : Find<float>(moves, weight, count);

    private static (Tensor Places, Tensor Signs) Find<TValue>(Tensor moves, Tensor weight, int count)
        where TValue : unmanaged, INumber<TValue>
    {
        var (samples, outputs, inputs) = ((int)moves.shape[0], (int)weight.shape[0], (int)weight.shape[1]);
        int each = Math.Min(count, inputs);
        TValue[] weights = Values<TValue>(weight), changes = Values<TValue>(moves);
        long[] places = new long[2L * samples * outputs * each];
        sbyte[] signs = new sbyte[places.Length];
        Cores.Share(each == 0 ? 0 : outputs, (long)samples * outputs * inputs, (from, to) =>
        {
            var (down, up) = (new PriorityQueue<int, TValue>(each), new PriorityQueue<int, TValue>(each));
            for (int output = (int)from; output < to; output++)
            {
                for (int sample = 0; sample < samples; sample++)
                {
                    var moved = changes.AsSpan(sample * inputs, inputs);
                    Look(weights.AsSpan(output * inputs, inputs), moved, each, down, up);
                    Write(down, 0, sample, output, moved);
                    Write(up, 1, sample, output, moved);
                }
            }
        });
        long[] shape = [2, samples, outputs, each];
        return (tensor(places, shape, device: weight.device), tensor(signs, shape, device: weight.device).to(weight.dtype));

        void Write(PriorityQueue<int, TValue> found, int way, int sample, int output, ReadOnlySpan<TValue> moved)
        {
            for (long at = ((((long)way * samples) + sample) * outputs + output) * each; found.TryDequeue(out int input, out _); at++)
            {
                (places[at], signs[at]) = (((long)output * inputs) + input, (sbyte)TValue.Sign(moved[input]));
            }
        }
    }

    // The k entries with the least products below 0, and the k with the greatest above.
    private static void Look<TValue>(
        ReadOnlySpan<TValue> weights, ReadOnlySpan<TValue> changes, int count, PriorityQueue<int, TValue> down, PriorityQueue<int, TValue> up)
        where TValue : unmanaged, INumber<TValue>
    {
        int width = Vector<TValue>.Count, i = 0;
        TValue least = TValue.Zero, most = TValue.Zero;
        Vector<TValue> leasts = default, mosts = default;
        for (; i <= weights.Length - width; i += width)
        {
            var products = new Vector<TValue>(weights[i..]) * new Vector<TValue>(changes[i..]);
            if (Vector.LessThanAny(products, leasts) || Vector.GreaterThanAny(products, mosts))
            {
                Take(weights, changes, i, i + width);
                (leasts, mosts) = (new(least), new(most));
            }
        }

        Take(weights, changes, i, weights.Length);

        void Take(ReadOnlySpan<TValue> weights, ReadOnlySpan<TValue> changes, int from, int to)
        {
            for (int input = from; input < to; input++)
            {
                var product = weights[input] * changes[input];
                if (product > most)
                {
                    most = Keep(up, input, product, count);
                }
                else if (product < least)
                {
                    least = -Keep(down, input, -product, count);
                }
            }
        }
    }

    // What the next must be above to be kept.
    private static TValue Keep<TValue>(PriorityQueue<int, TValue> kept, int input, TValue size, int count)
        where TValue : unmanaged, INumber<TValue>
    {
        if (kept.Count == count)
        {
            kept.EnqueueDequeue(input, size);
        }
        else
        {
            kept.Enqueue(input, size);
        }

        return kept.Count == count && kept.TryPeek(out _, out var last) ? last : TValue.Zero;
    }

    private static TValue[] Values<TValue>(Tensor tensor)
        where TValue : unmanaged
    {
        using var scope = NewDisposeScope();
        var type = typeof(TValue) == typeof(double) ? ScalarType.Float64 : ScalarType.Float32;
        return tensor.detach().to(type).cpu().contiguous().data<TValue>().ToArray();
    }
}
