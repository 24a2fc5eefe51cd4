using System.Numerics;
using System.Runtime.CompilerServices;
using Lanes64 = SnnDsl.Events.Pair<SnnDsl.Events.Pair<SnnDsl.Events.Lanes16>>;

namespace SnnDsl.Events;

/// <content>Gradients of the weights.</content>
internal sealed unsafe partial class ConvEventMap
{
    // Output channels of one share: with the 64 input channels of a word they are 16 KB of dW, which stay in the nearest cache.
    private const int Width = 64;

    // Floats of the gradients that all shares read before the next ones come in: they stay in the second cache.
    private const int TileFloats = 1 << 16;

    /// <inheritdoc/>
    public override void AddWeightGradient(
        ulong* spikes, float* gradients, float* byInputGradient, nint rows, int part, int parts)
    {
        nint tile = Math.Max(1, TileFloats / Outputs);
        for (nint from = 0; from < rows; from += tile)
        {
            nint to = Math.Min(rows, from + tile);
            for (int share = FirstShare(part, parts); share < FirstShare(part + 1, parts); share++)
            {
                (int tap, int word, int channel) = Share(share);
                float* block = byInputGradient + ((nint)tap * Channels + 64 * word) * OutputChannels;
                int c = channel, end = Math.Min(OutputChannels, channel + Width);
                for (; c + 64 <= end; c += 64)
                    AddGradient<Lanes64>(spikes + word, gradients + c, block + c, tap, from, to);
                for (; c + 16 <= end; c += 16)
                    AddGradient<Lanes16>(spikes + word, gradients + c, block + c, tap, from, to);
                for (; c < end; c++)
                    AddGradient<Lane>(spikes + word, gradients + c, block + c, tap, from, to);
            }
        }
    }

    /// <inheritdoc/>
    public override void AddIntervalWeightGradient(
        float* byInput, ulong* certain, ulong* open, float* lowerGradients, float* upperGradients, float* byInputGradient, nint rows,
        int part, int parts)
    {
        nint tile = Math.Max(1, TileFloats / 2 / Outputs);
        for (nint from = 0; from < rows; from += tile)
        {
            nint to = Math.Min(rows, from + tile);
            for (int share = FirstShare(part, parts); share < FirstShare(part + 1, parts); share++)
            {
                (int tap, int word, int channel) = Share(share);
                nint block = ((nint)tap * Channels + 64 * word) * OutputChannels;
                int c = channel, end = Math.Min(OutputChannels, channel + Width);
                for (; c + 64 <= end; c += 64)
                    Add<Lanes64>();
                for (; c + 16 <= end; c += 16)
                    Add<Lanes16>();
                for (; c < end; c++)
                    Add<Lane>();

                void Add<T>()
                    where T : struct, ILanes<T> => AddIntervalGradient<T>(
                        byInput + block + c, certain + word, open + word, lowerGradients + c, upperGradients + c,
                        byInputGradient + block + c, tap, from, to);
            }
        }
    }

    // The weights in shares of one tap, the input channels of one word, and up to 64 output channels.
    private (int Tap, int Word, int Channel) Share(int share) =>
        (share / Columns / WordsPerPlace, share / Columns % WordsPerPlace, share % Columns * Width);

    private int Columns => (OutputChannels + Width - 1) / Width;

    private int FirstShare(int part, int parts) => (int)((long)taps * WordsPerPlace * Columns * part / parts);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddGradient<T>(ulong* spikes, float* gradients, float* sums, int tap, nint from, nint to)
        where T : struct, ILanes<T>
    {
        nint step = OutputChannels;
        for (nint row = from; row < to; row++)
        {
            for (int place = 0; place < OutputPlaces; place++)
            {
                int source = sources[place * taps + tap];
                if (source < 0)
                    continue;
                ulong bits = spikes[row * Words + source * WordsPerPlace];
                T gradient = T.Load(gradients + row * Outputs + place * step);
                for (; bits != 0; bits &= bits - 1)
                {
                    float* sum = sums + BitOperations.TrailingZeroCount(bits) * step;
                    (T.Load(sum) + gradient).Store(sum);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddIntervalGradient<T>(
        float* weights, ulong* certain, ulong* open, float* lowerGradients, float* upperGradients, float* sums, int tap, nint from, nint to)
        where T : struct, ILanes<T>
    {
        nint step = OutputChannels;
        for (nint row = from; row < to; row++)
        {
            for (int place = 0; place < OutputPlaces; place++)
            {
                int source = sources[place * taps + tap];
                if (source < 0)
                    continue;
                nint word = row * Words + source * WordsPerPlace, y = row * Outputs + place * step;
                T lower = T.Load(lowerGradients + y), upper = T.Load(upperGradients + y), both = lower + upper, mean = T.Half(both);
                for (ulong bits = certain[word]; bits != 0; bits &= bits - 1)
                {
                    float* sum = sums + BitOperations.TrailingZeroCount(bits) * step;
                    (T.Load(sum) + both).Store(sum);
                }

                for (ulong bits = open[word]; bits != 0; bits &= bits - 1)
                {
                    nint offset = BitOperations.TrailingZeroCount(bits) * step;
                    (T.Load(sums + offset) + T.Choose(T.Load(weights + offset), upper, lower, mean)).Store(sums + offset);
                }
            }
        }
    }
}
