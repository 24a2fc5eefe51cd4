using System.Numerics;
using System.Runtime.Intrinsics;
using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>One spiking layer on the way of a linear form backwards, and the map between it and the layer before.</summary>
/// <param name="Kernel">The neurons.</param>
/// <param name="Neurons">How many a sample has.</param>
/// <param name="Channels">How many a place has.</param>
/// <param name="Constant">Whether their current is the same at every step.</param>
/// <param name="Map">The map whose outputs are these neurons' currents, behind the layer before; null for the last stage.</param>
/// <param name="Weight">Its weight.</param>
/// <param name="Bias">Its bias, or null.</param>
internal sealed unsafe record RelaxationStage(
    NeuronKernel Kernel, int Neurons, int Channels, bool Constant, EventMap? Map, Tensor? Weight, Tensor? Bias)
{
    /// <summary>Words of a step's bits.</summary>
    public int Words => Neurons / Channels * ((Channels + 63) / 64);

    /// <summary>Bounds of a sample's membranes.</summary>
    /// <param name="lower">Lower currents, [T, N] or [N].</param>
    /// <param name="upper">Upper currents.</param>
    /// <param name="spikes">Two times [T, N] of room.</param>
    /// <param name="l">[T, N], written.</param>
    /// <param name="u">[T, N], written.</param>
    /// <param name="steps">T.</param>
    public void Bound(float* lower, float* upper, float* spikes, float* l, float* u, int steps) => Kernel.Intervals(
        ref *lower, ref *upper, Constant ? 0 : Neurons, ref *spikes, ref spikes[(long)steps * Neurons], ref *l, ref *u, Neurons, steps, 0,
        Neurons);

    /// <summary>
    /// The neuron-steps whose coefficient can differ from 0: the unstable ones, and those whose membrane some later unstable step inherits.
    /// All others are known to fire, or to have no say in anything that is open.
    /// </summary>
    /// <param name="l">[T, N].</param>
    /// <param name="u">[T, N].</param>
    /// <param name="live">[T, words], written.</param>
    /// <param name="steps">T.</param>
    /// <returns>How many there are.</returns>
    public long FindLive(float* l, float* u, ulong* live, int steps)
    {
        long count = 0;
        float threshold = Kernel.Parameters.Threshold;
        bool ends = Kernel.Parameters.Reset == Reset.Hard;
        bool inherits = Kernel.Parameters.Decay != 0;
        for (int t = steps - 1; t >= 0; t--)
        {
            ulong* words = live + (long)t * Words;
            float* below = l + (long)t * Neurons;
            float* above = u + (long)t * Neurons;
            int word = 0;
            for (int place = 0; place < Neurons / Channels; place++)
            {
                for (int first = 0; first < Channels; first += 64, word++)
                {
                    int width = Math.Min(64, Channels - first);
                    var (certain, possible) = (Bits.Above(below, threshold, width), Bits.Above(above, threshold, width));
                    ulong later = inherits && t < steps - 1 ? words[word + Words] : 0;
                    words[word] = (possible & ~certain) | (ends ? later & ~certain : later);
                    count += BitOperations.PopCount(words[word]);
                    below += width;
                    above += width;
                }
            }
        }

        return count;
    }

    /// <summary>a . b, summed over places.</summary>
    /// <param name="a">A row of coefficients on the currents.</param>
    /// <param name="bias">b, one for each channel.</param>
    public double DotBias(float* a, float* bias)
    {
        double total = 0;
        for (int place = 0; place < Neurons / Channels; place++, a += Channels)
        {
            var sum = Vector512<float>.Zero;
            int c = 0;
            for (; c + Wide.Width <= Channels; c += Wide.Width)
            {
                sum = Wide.MultiplyAdd(Wide.Load(a + c), Wide.Load(bias + c), sum);
            }

            total += Vector512.Sum(sum);
            for (; c < Channels; c++)
            {
                total += a[c] * bias[c];
            }
        }

        return total;
    }

    /// <summary>The gradient of <see cref="DotBias"/>: da += g b, db += g a.</summary>
    /// <param name="a">A row of coefficients.</param>
    /// <param name="da">Its gradient, added to.</param>
    /// <param name="bias">b.</param>
    /// <param name="db">Its gradient, added to.</param>
    /// <param name="g">The gradient of a . b.</param>
    public void AddBiasGradient(float* a, float* da, float* bias, float* db, float g)
    {
        var all = Wide.All(g);
        for (int place = 0; place < Neurons / Channels; place++, a += Channels, da += Channels)
        {
            int c = 0;
            for (; c + Wide.Width <= Channels; c += Wide.Width)
            {
                Wide.Store(da + c, Wide.MultiplyAdd(all, Wide.Load(bias + c), Wide.Load(da + c)));
                Wide.Store(db + c, Wide.MultiplyAdd(all, Wide.Load(a + c), Wide.Load(db + c)));
            }

            for (; c < Channels; c++)
            {
                da[c] += g * bias[c];
                db[c] += g * a[c];
            }
        }
    }
}
