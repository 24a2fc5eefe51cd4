using SnnDsl.Autograd;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>Currents, weight and bias to the outputs of the map behind the neurons, and back. Layout as in <see cref="EventLayout"/>. Backward
/// runs the neurons again from their currents, a few samples at a time, instead of keeping their membranes.</summary>
/// <param name="pair">Neurons and map.</param>
/// <param name="shape">The outputs' shape.</param>
internal sealed unsafe class FireThrough(EventPair pair, long[] shape) : AutogradFunction
{
    // Up to this share of live outputs a sample is pulled back from them alone: with AVX-512 that takes no longer than MKL even where all are
    // live, with AVX2 as long at this share; a product in bfloat16 costs as much as half of the outputs.
    private const double DenseShare = 0.75;
    private const double RoundedShare = 0.5;

    /// <summary>Without a gradient.</summary>
    /// <param name="current">The currents.</param>
    /// <param name="pair">Neurons and map.</param>
    /// <param name="shape">The outputs' shape.</param>
    public static Tensor Run(Tensor current, EventPair pair, long[] shape)
    {
        long samples = current.size(0);
        using var workspace = Workspace.Rent(2 * samples * pair.BitWords, 1);
        return Run(current, pair, shape, workspace.Words(samples * pair.BitWords));
    }

    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var current = inputs[0]!;
        var bits = empty([current.size(0) * pair.BitWords], ScalarType.Int64);
        var output = Run(current, pair, shape, (ulong*)TensorMemory.Address(bits));
        Save(current, bits);
        return [output];
    }

    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] outputGradients)
    {
        var (current, bits) = (saved[0]!, saved[1]!);
        var gradients = outputGradients[0].contiguous();
        var currentGradients = TensorMemory.Empty(current.Sizes());
        long samples = current.size(0);
        var map = pair.Map;
        bool rounds = KernelChoice.Gradients == GradientPrecision.BFloat16 && RoundedPullBack.Pays(map);
        var (g, b) = (TensorMemory.Address(gradients), TensorMemory.Address(bits));
        PullBack(pair, samples, TensorMemory.Address(current), g, TensorMemory.Address(currentGradients), rounds);
        var weightGradient = pair.WeightGradient((packed, part, parts) =>
            map.AddWeightGradient((ulong*)b, (float*)g, (float*)packed, (nint)(samples * pair.Steps), part, parts, rounds));
        var biasGradient = pair.BiasGradient(gradients);
        GC.KeepAlive(saved);
        return [currentGradients, weightGradient, biasGradient];
    }

    private static Tensor Run(Tensor current, EventPair pair, long[] shape, ulong* bits)
    {
        long samples = current.size(0);
        var output = TensorMemory.Empty(shape);
        var (i, o, w, h) = (TensorMemory.Address(current), TensorMemory.Address(output), (nint)bits, TensorMemory.Address(pair.Bias));
        Cores.Share(samples, samples * pair.Steps * pair.Neurons, (from, to) =>
        {
            using var workspace = Workspace.Rent((long)pair.Steps * pair.Neurons, 1);
            float* spikes = workspace.Floats((long)pair.Steps * pair.Neurons);
            for (long sample = from; sample < to; sample++)
            {
                pair.Kernel.Forward(
                    ref *((float*)i + sample * pair.CurrentSize), pair.CurrentStride, ref *spikes, ref TensorMemory.At(0), pair.Neurons,
                    pair.Steps, 0, pair.Neurons);
                pair.Pack(spikes, (ulong*)w + sample * pair.BitWords);
            }
        });
        nint packed = (nint)PackedWeights.Of(pair.Weight).ByInput(pair.Map, pair.Weight);
        long rows = samples * pair.Steps;
        Cores.Share(rows, rows * (pair.Neurons + pair.Map.Outputs), (from, to) =>
            pair.Map.Apply((float*)packed, (float*)h, (ulong*)w, (float*)o, (nint)from, (nint)to));
        GC.KeepAlive(current);
        GC.KeepAlive(pair.Weight);
        GC.KeepAlive(pair.Bias);
        return output;
    }

    // Where training has settled few membranes lie in the surrogate's window, and almost all gradients are zeros: such samples are pulled
    // back from their live outputs, the others by dense products.
    private static void PullBack(EventPair pair, long samples, nint currents, nint gradients, nint currentGradients, bool rounds)
    {
        int most = (int)(pair.Map.Outputs * (rounds ? RoundedShare : DenseShare));
        nint packed = (nint)PackedWeights.Of(pair.Weight).ByOutput(pair.Map, pair.Weight);
        long size = (long)pair.Steps * pair.Neurons;
        bool[] isDense = new bool[samples];
        Cores.Share(samples, samples * size, (from, to) =>
        {
            using var workspace = Workspace.Rent(3 * size + 2 * pair.Map.OutputWords, 4);
            float* spikeGradients = workspace.Floats(size), spikes = workspace.Floats(size), membranes = workspace.Floats(size);
            ulong* live = workspace.Words(pair.Map.OutputWords);
            for (long sample = from; sample < to; sample++)
            {
                float* dy = (float*)gradients + sample * pair.OutputSize, dx = (float*)currentGradients + sample * pair.CurrentSize;
                int count = pair.Live(dy, live, most);
                if (count > most)
                {
                    isDense[sample] = true;
                }
                else if (count == 0)
                {
                    new Span<float>(dx, checked((int)pair.CurrentSize)).Clear();
                }
                else
                {
                    pair.Map.PullBackLive((float*)packed, live, dy, pair.Map.Outputs, spikeGradients, pair.Neurons, pair.Steps);
                    Backward(pair, (float*)currents + sample * pair.CurrentSize, spikes, membranes, spikeGradients, dx);
                }
            }
        });
        int[] left = [.. Enumerable.Range(0, isDense.Length).Where(sample => isDense[sample])];
        if (left.Length > 0 && rounds)
        {
            PullBackRounded(pair, left, currents, gradients, currentGradients);
        }
        else if (left.Length > 0)
        {
            PullBackDense(pair, left, currents, gradients, currentGradients);
        }
    }

    // A few samples at a time: gradients of the spikes by a dense product, membranes once more, and back through them.
    private static void PullBackDense(EventPair pair, int[] samples, nint currents, nint gradients, nint currentGradients)
    {
        nint packed = (nint)PackedWeights.Of(pair.Weight).ByOutput(pair.Map, pair.Weight);
        long size = (long)pair.Steps * pair.Neurons;
        Cores.Share((samples.Length + pair.Together - 1) / pair.Together, samples.Length * size, (first, last) =>
        {
            using var workspace = Workspace.Rent((pair.Together + 2) * size, 3);
            float* spikeGradients = workspace.Floats(pair.Together * size);
            float* spikes = workspace.Floats(size);
            float* membranes = workspace.Floats(size);
            long end = Math.Min(last * pair.Together, samples.Length);
            for (long from = first * pair.Together, to; from < end; from = to)
            {
                // Neighbours go through the product together.
                for (to = from + 1; to < Math.Min(from + pair.Together, end) && samples[to] == samples[to - 1] + 1; to++)
                {
                }

                pair.Map.PullBack(
                    (float*)packed, (float*)gradients + samples[from] * pair.OutputSize, spikeGradients, (nint)((to - from) * pair.Steps));
                for (long i = from; i < to; i++)
                {
                    Backward(
                        pair, (float*)currents + samples[i] * pair.CurrentSize, spikes, membranes, spikeGradients + (i - from) * size,
                        (float*)currentGradients + samples[i] * pair.CurrentSize);
                }
            }
        });
    }

    private static void PullBackRounded(EventPair pair, int[] samples, nint currents, nint gradients, nint currentGradients)
    {
        using var rounded = new RoundedPullBack(pair, samples.Length);
        long size = (long)pair.Steps * pair.Neurons;
        for (int start = 0; start < samples.Length; start += rounded.Together)
        {
            int first = start, count = Math.Min(rounded.Together, samples.Length - start);
            rounded.Multiply((float*)gradients, samples.AsMemory(start, count));
            Cores.Share(count, count * size, (from, to) =>
            {
                using var workspace = Workspace.Rent(3 * size, 3);
                float* spikeGradients = workspace.Floats(size);
                float* spikes = workspace.Floats(size);
                float* membranes = workspace.Floats(size);
                for (long i = from; i < to; i++)
                {
                    long at = samples[first + i] * pair.CurrentSize;
                    rounded.Collect(i, spikeGradients);
                    Backward(pair, (float*)currents + at, spikes, membranes, spikeGradients, (float*)currentGradients + at);
                }
            });
        }
    }

    // One sample: the neurons again, and the gradient through them.
    private static void Backward(
        EventPair pair, float* currents, float* spikes, float* membranes, float* spikeGradients, float* currentGradients)
    {
        pair.Kernel.Forward(ref *currents, pair.CurrentStride, ref *spikes, ref *membranes, pair.Neurons, pair.Steps, 0, pair.Neurons);
        pair.Kernel.Backward(
            ref *membranes, ref *spikeGradients, ref *currentGradients, pair.CurrentStride, pair.Neurons, pair.Steps, 0, pair.Neurons);
    }
}
