using System.Collections;
using System.Runtime.Intrinsics;
using SnnDsl.Events;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Bounds;

/// <summary>
/// Rounding-safe bounds of every spiking layer's membranes, each [T, B, ...] in float64, made of the layers' float32 currents whenever they
/// are read: native linear bounds read the currents alone.
/// </summary>
/// <param name="layers">The layers.</param>
internal sealed class RoundedMembranes(IReadOnlyList<RoundedLayer> layers) : IReadOnlyList<Interval>
{
    /// <inheritdoc/>
    public int Count => layers.Count;

    /// <summary>The layers that they belong to.</summary>
    public IReadOnlyList<RoundedLayer> Layers => layers;

    /// <summary>Bounds of a layer's membranes, [T, B, ...].</summary>
    /// <param name="index">The spiking layer's index.</param>
    public Interval this[int index]
    {
        get
        {
            var (lower, upper) = Bound(layers[index]);
            return new(EventLayout.Outward(lower, hasTime: true).to(ScalarType.Float64), EventLayout.Outward(upper, hasTime: true).to(ScalarType.Float64));
        }
    }

    /// <summary>The same bounds of some samples.</summary>
    /// <param name="samples">Positions in the batch, int64 [B'].</param>
    public RoundedMembranes Select(Tensor samples) => new([.. layers.Select(layer => layer.Select(samples))]);

    /// <summary>Bounds of how often the last layer's neurons fire, [B, ...] in float64; see <see cref="SpikeCounts"/>.</summary>
    public Interval Counts()
    {
        var last = layers[^1];
        var (lower, upper) = Bound(last);
        int neurons = last.Neurons;
        double[] least = new double[last.Samples * neurons], most = new double[least.Length];
        Run(last, lower, upper, least, most);
        long[] shape = [last.Samples, .. lower.Sizes()[2..]];
        return new(
            EventLayout.Outward(tensor(least).view(shape), hasTime: false), EventLayout.Outward(tensor(most).view(shape), hasTime: false));
    }

    /// <summary>The samples that have a current which is no finite number, in ascending order: their bounds say nothing.</summary>
    public IEnumerable<int> NotFinite() =>
        Enumerable.Range(0, (int)layers[0].Samples).Where(sample => !layers.All(layer => IsFinite(layer.Lower, layer.Size, sample) && IsFinite(layer.Upper, layer.Size, sample)));

    /// <inheritdoc/>
    public IEnumerator<Interval> GetEnumerator() => Enumerable.Range(0, Count).Select(layer => this[layer]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    // [B, T, ..., C] in float32.
    private static unsafe (Tensor Lower, Tensor Upper) Bound(RoundedLayer layer)
    {
        long[] sizes = layer.Lower.Sizes();
        long[] shape = layer.IsConstant ? [sizes[0], layer.Steps, .. sizes[1..]] : sizes;
        var (lower, upper) = (TensorMemory.Empty(shape), TensorMemory.Empty(shape));
        var (l, u) = (TensorMemory.Address(lower), TensorMemory.Address(upper));
        long size = (long)layer.Steps * layer.Neurons;
        Cores.Share(layer.Samples, 2 * layer.Samples * size, (from, to) =>
        {
            for (long sample = from; sample < to; sample++)
            {
                layer.Bound(sample, (float*)l + (sample * size), (float*)u + (sample * size));
            }
        });
        return (lower, upper);
    }

    // What is finite leaves 0 of itself.
    private static unsafe bool IsFinite(Tensor currents, long size, int sample)
    {
        float* from = (float*)TensorMemory.Address(currents) + (sample * size);
        var left = Vector512<float>.Zero;
        long i = 0;
        for (; i + Wide.Width <= size; i += Wide.Width)
        {
            var values = Wide.Load(from + i);
            left += values - values;
        }

        float rest = Vector512.Sum(left);
        for (; i < size; i++)
        {
            rest += from[i] - from[i];
        }

        GC.KeepAlive(currents);
        return rest == 0;
    }

    // A float32 run is the exact run of neurons whose currents are off by what its steps lose: one run on the least and one on the greatest.
    private static unsafe void Run(RoundedLayer layer, Tensor lower, Tensor upper, double[] least, double[] most)
    {
        float* l = (float*)TensorMemory.Address(lower), u = (float*)TensorMemory.Address(upper);
        float* from = (float*)TensorMemory.Address(layer.Lower), to = (float*)TensorMemory.Address(layer.Upper);
        var run = new RoundedRuns(layer.Kernel.Parameters, layer.Steps);
        int neurons = layer.Neurons;
        var costs = new RoundingCost[layer.Steps];
        for (long sample = 0; sample < layer.Samples; sample++)
        {
            for (int t = 0; t < layer.Steps; t++)
            {
                costs[t] = RoundingCost.OfIntervals(layer.TermsAt(sample, t), layer.Values, layer.Steps);
            }

            long at = sample * layer.Size, own = sample * layer.Steps * neurons;
            float* size = layer.Magnitudes(sample);
            for (int n = 0; n < neurons; n++)
            {
                (least[(sample * neurons) + n], most[(sample * neurons) + n]) = run.Count(
                    from + at + n, to + at + n, layer.IsConstant ? 0 : neurons, size + n, layer.MagnitudeStride, costs, l + own + n, u + own + n, neurons);
            }
        }

        GC.KeepAlive(lower);
        GC.KeepAlive(upper);
        GC.KeepAlive(layer);
    }
}
