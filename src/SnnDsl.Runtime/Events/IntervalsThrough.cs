using SnnDsl.Autograd;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>Bounds of currents, weight and bias to bounds of the outputs of the map behind the neurons, and back. Layout as in
/// <see cref="EventLayout"/>. A spike is certain, open or impossible: two bits.</summary>
/// <param name="pair">Neurons and map.</param>
/// <param name="shape">The outputs' shape.</param>
internal sealed unsafe class IntervalsThrough(EventPair pair, long[] shape) : AutogradFunction
{
    /// <summary>Without a gradient.</summary>
    /// <param name="lower">Lower currents.</param>
    /// <param name="upper">Upper currents.</param>
    /// <param name="pair">Neurons and map.</param>
    /// <param name="shape">The outputs' shape.</param>
    public static Tensor[] Run(Tensor lower, Tensor upper, EventPair pair, long[] shape)
    {
        long words = lower.size(0) * pair.BitWords;
        using var workspace = Workspace.Rent(4 * words, 2);
        return Run(lower, upper, pair, shape, workspace.Words(words), workspace.Words(words));
    }

    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var (lower, upper) = (inputs[0]!, inputs[1]!);
        long words = lower.size(0) * pair.BitWords;
        var (certain, open) = (empty([words], ScalarType.Int64), empty([words], ScalarType.Int64));
        var outputs = Run(lower, upper, pair, shape, (ulong*)TensorMemory.Address(certain), (ulong*)TensorMemory.Address(open));
        Save(lower, upper, certain, open);
        return outputs;
    }

    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] outputGradients)
    {
        var lower = outputGradients[0].contiguous();
        var upper = outputGradients[1].contiguous();
        var (lowerGradients, upperGradients) = (TensorMemory.Empty(saved[0]!.Sizes()), TensorMemory.Empty(saved[1]!.Sizes()));
        long samples = saved[0]!.size(0);
        PullBack(
            pair, samples, TensorMemory.Address(saved[0]), TensorMemory.Address(saved[1]), TensorMemory.Address(lower),
            TensorMemory.Address(upper), TensorMemory.Address(lowerGradients), TensorMemory.Address(upperGradients));
        var (certain, open) = (TensorMemory.Address(saved[2]), TensorMemory.Address(saved[3]));
        var (l, u) = (TensorMemory.Address(lower), TensorMemory.Address(upper));
        nint byInput = (nint)PackedWeights.Of(pair.Weight).ByInput(pair.Map, pair.Weight);
        var weightGradient = pair.WeightGradient((packed, part, parts) => pair.Map.AddIntervalWeightGradient(
            (float*)byInput, (ulong*)certain, (ulong*)open, (float*)l, (float*)u, (float*)packed, (nint)(samples * pair.Steps), part, parts));
        var both = pair.Bias is null ? null : lower.Plus(upper);
        var biasGradient = both is null ? null : pair.BiasGradient(both);
        GC.KeepAlive(saved);
        return [lowerGradients, upperGradients, weightGradient, biasGradient];
    }

    private static Tensor[] Run(Tensor lower, Tensor upper, EventPair pair, long[] shape, ulong* certain, ulong* open)
    {
        long samples = lower.size(0);
        Tensor[] outputs = [TensorMemory.Empty(shape), TensorMemory.Empty(shape)];
        var (l, u) = (TensorMemory.Address(lower), TensorMemory.Address(upper));
        var (below, above) = (TensorMemory.Address(outputs[0]), TensorMemory.Address(outputs[1]));
        var (c, o, h) = ((nint)certain, (nint)open, TensorMemory.Address(pair.Bias));
        long size = (long)pair.Steps * pair.Neurons;
        Cores.Share(samples, 2 * samples * size, (from, to) =>
        {
            using var workspace = Workspace.Rent(4 * size, 4);
            float* lowerSpikes = workspace.Floats(size);
            float* upperSpikes = workspace.Floats(size);
            float* lowerMembranes = workspace.Floats(size);
            float* upperMembranes = workspace.Floats(size);
            for (long sample = from; sample < to; sample++)
            {
                long at = sample * pair.CurrentSize;
                Intervals(pair, (float*)l + at, (float*)u + at, lowerSpikes, upperSpikes, lowerMembranes, upperMembranes);
                ulong* sure = (ulong*)c + sample * pair.BitWords;
                ulong* maybe = (ulong*)o + sample * pair.BitWords;
                pair.Pack(lowerSpikes, sure);
                pair.Pack(upperSpikes, maybe);
                for (long i = 0; i < pair.BitWords; i++)
                {
                    maybe[i] &= ~sure[i];
                }
            }
        });
        nint packed = (nint)PackedWeights.Of(pair.Weight).ByInput(pair.Map, pair.Weight);
        long rows = samples * pair.Steps;
        Cores.Share(rows, 2 * rows * (pair.Neurons + pair.Map.Outputs), (from, to) => pair.Map.ApplyIntervals(
            (float*)packed, (float*)h, (ulong*)c, (ulong*)o, (float*)below, (float*)above, (nint)from, (nint)to));
        GC.KeepAlive(lower);
        GC.KeepAlive(upper);
        GC.KeepAlive(pair);
        return outputs;
    }

    private static void Intervals(EventPair pair, float* lower, float* upper, float* lowerSpikes, float* upperSpikes, float* l, float* u) =>
        pair.Kernel.Intervals(
            ref *lower, ref *upper, pair.CurrentStride, ref *lowerSpikes, ref *upperSpikes, ref *l, ref *u, pair.Neurons, pair.Steps, 0,
            pair.Neurons);

    // With centre c and radius r of the spikes: dc = W'(dl + du), dr = |W|'(du - dl); a lower spike gets (dc - dr) / 2, an upper one
    // (dc + dr) / 2.
    private static void PullBack(
        EventPair pair, long samples, nint lower, nint upper, nint lowerOutput, nint upperOutput, nint lowerGradients, nint upperGradients)
    {
        var packed = PackedWeights.Of(pair.Weight);
        var (signed, absolute) = ((nint)packed.ByOutput(pair.Map, pair.Weight), (nint)packed.AbsoluteByOutput(pair.Map, pair.Weight));
        long size = (long)pair.Steps * pair.Neurons;
        int together = pair.Together;
        Cores.Share((samples + together - 1) / together, 2 * samples * size, (first, last) =>
        {
            using var workspace = Workspace.Rent((2 * together + 4) * size + 2 * together * pair.OutputSize, 8);
            float* sum = workspace.Floats(together * pair.OutputSize);
            float* difference = workspace.Floats(together * pair.OutputSize);
            float* lowerSpikeGradients = workspace.Floats(together * size);
            float* upperSpikeGradients = workspace.Floats(together * size);
            float* s = workspace.Floats(size);
            float* t = workspace.Floats(size);
            float* l = workspace.Floats(size);
            float* u = workspace.Floats(size);
            long end = Math.Min(last * together, samples);
            for (long from = first * together; from < end; from += together)
            {
                long to = Math.Min(from + together, end);
                SumAndDifference(
                    (float*)lowerOutput + from * pair.OutputSize, (float*)upperOutput + from * pair.OutputSize, sum, difference,
                    (to - from) * pair.OutputSize);
                pair.Map.PullBack((float*)signed, sum, lowerSpikeGradients, (nint)((to - from) * pair.Steps));
                pair.Map.PullBack((float*)absolute, difference, upperSpikeGradients, (nint)((to - from) * pair.Steps));
                Halves(lowerSpikeGradients, upperSpikeGradients, (to - from) * size);
                for (long sample = from; sample < to; sample++)
                {
                    long at = sample * pair.CurrentSize;
                    Intervals(pair, (float*)lower + at, (float*)upper + at, s, t, l, u);
                    pair.Kernel.IntervalsBackward(
                        ref *l, ref *u, ref lowerSpikeGradients[(sample - from) * size], ref upperSpikeGradients[(sample - from) * size],
                        ref TensorMemory.At(0), ref TensorMemory.At(0), ref *((float*)lowerGradients + at),
                        ref *((float*)upperGradients + at), pair.CurrentStride, pair.Neurons, pair.Steps, 0, pair.Neurons);
                }
            }
        });
    }

    private static void SumAndDifference(float* lower, float* upper, float* sum, float* difference, long count)
    {
        long i = 0;
        for (; i + Wide.Width <= count; i += Wide.Width)
        {
            var (l, u) = (Wide.Load(lower + i), Wide.Load(upper + i));
            Wide.Store(sum + i, l + u);
            Wide.Store(difference + i, u - l);
        }

        for (; i < count; i++)
        {
            (sum[i], difference[i]) = (lower[i] + upper[i], upper[i] - lower[i]);
        }
    }

    // (c, r) to ((c - r) / 2, (c + r) / 2).
    private static void Halves(float* c, float* r, long count)
    {
        var half = Wide.All(0.5f);
        long i = 0;
        for (; i + Wide.Width <= count; i += Wide.Width)
        {
            var (x, y) = (Wide.Load(c + i), Wide.Load(r + i));
            Wide.Store(c + i, (x - y) * half);
            Wide.Store(r + i, (x + y) * half);
        }

        for (; i < count; i++)
        {
            (c[i], r[i]) = (0.5f * (c[i] - r[i]), 0.5f * (c[i] + r[i]));
        }
    }
}
