using System.Numerics;
using System.Runtime.CompilerServices;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>
/// A spiking layer and the affine map behind it, taken as one: spikes stay bits between the two, and a sample's membranes never leave the
/// caches.
/// </summary>
/// <param name="Kernel">The neurons.</param>
/// <param name="Map">The map behind them.</param>
/// <param name="Weight">Its weight, in PyTorch's order.</param>
/// <param name="Bias">Its bias, or null.</param>
/// <param name="Steps">T.</param>
/// <param name="Constant">Whether the neurons' current is the same at every step.</param>
internal sealed unsafe record EventPair(NeuronKernel Kernel, EventMap Map, Tensor Weight, Tensor? Bias, int Steps, bool Constant)
{
    /// <summary>The neurons of a sample.</summary>
    public int Neurons => Map.Inputs;

    /// <summary>From step to step in a sample's currents.</summary>
    public nint CurrentStride => Constant ? 0 : Neurons;

    /// <summary>The values of a sample's currents.</summary>
    public long CurrentSize => Constant ? Neurons : (long)Steps * Neurons;

    /// <summary>The bits of a sample's spikes, in words.</summary>
    public long BitWords => (long)Steps * Map.Words;

    /// <summary>The values of a sample's outputs.</summary>
    public long OutputSize => (long)Steps * Map.Outputs;

    /// <summary>
    /// How many samples go through a dense product together: enough that the weights are worth their way into the caches, few enough that
    /// the rows stay there.
    /// </summary>
    public int Together => (int)Math.Clamp(Math.Max(48 * 1024L / (Steps * (long)Neurons), Map.Weights > 1 << 18 ? 40 / Steps : 1), 1, 16);

    /// <summary>The shape of the outputs of so many samples: channels last, and places as in the map's own shape.</summary>
    /// <param name="samples">B.</param>
    /// <param name="shape">The map's output shape, channels first.</param>
    public long[] OutputShape(long samples, long[] shape) =>
        shape.Length == 3 ? [samples, Steps, shape[1], shape[2], shape[0]] : [samples, Steps, shape[0]];

    /// <summary>Spikes as floats, 0 and 1, to bits.</summary>
    /// <param name="spikes">[T, places, channels].</param>
    /// <param name="bits">Written.</param>
    /// <returns>How many spikes there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public long Pack(float* spikes, ulong* bits)
    {
        long set = 0;
        int channels = Map.Channels;
        for (long place = 0; place < (long)Steps * Map.Places; place++)
        {
            for (int first = 0; first < channels; first += 64, bits++)
            {
                int width = Math.Min(64, channels - first);
                ulong word = Bits.Above(spikes, 0, width);
                *bits = word;
                set += BitOperations.PopCount(word);
                spikes += width;
            }
        }

        return set;
    }

    /// <summary>The gradient of the weight, summed over shares of the weights on all cores, in PyTorch's order; null for a frozen weight.</summary>
    /// <param name="add">Adds a share: dW by input, part, parts.</param>
    public Tensor? WeightGradient(Action<nint, int, int> add)
    {
        // An attack freezes the weights: only its input learns.
        if (!Weight.requires_grad)
        {
            return null;
        }

        using var workspace = Workspace.Rent(Map.Weights, 1);
        float* packed = workspace.Floats(Map.Weights);
        nint address = (nint)packed;
        Cores.Share(Map.Weights, Map.Weights, (from, to) => new Span<float>((float*)address + from, checked((int)(to - from))).Clear());
        int parts = Cores.Parts(long.MaxValue);
        Cores.Split(parts, parts, (part, _, _) => add(address, part, parts));
        var gradient = TensorMemory.Empty(Weight.Sizes());
        Map.UnpackByInput(packed, (float*)TensorMemory.Address(gradient));
        return gradient;
    }

    /// <summary>The gradient of the bias: the sum over everything but channels; null for none, or a frozen one.</summary>
    /// <param name="gradients">dy, [..., channels].</param>
    public Tensor? BiasGradient(Tensor gradients) => Bias?.requires_grad == true ? gradients.view(-1, Map.OutputChannels).sum(0L) : null;
}
