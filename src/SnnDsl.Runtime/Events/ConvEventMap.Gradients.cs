using System.Runtime.CompilerServices;
using SnnDsl.Hardware;
using Lanes64 = SnnDsl.Hardware.Pair<SnnDsl.Hardware.Pair<SnnDsl.Hardware.Lanes16>>;

namespace SnnDsl.Events;

/// <content>
/// Gradients of the weights. Spikes are stored place by place; here every weight asks for the places where its input channel fired, so
/// their bits are transposed, 64 places by 64 channels at a time, and a weight's gradient is summed in registers.
/// </content>
internal sealed unsafe partial class ConvEventMap
{
    // Floats of the gradients that all weights read before the next ones come in: they stay in the second cache.
    private const int TileFloats = 1 << 16;

    /// <inheritdoc/>
    public override void AddWeightGradient(
        ulong* spikes, float* gradients, float* byInputGradient, nint rows, int part, int parts)
    {
        int tile = TileRows(TileFloats, rows), blocks = Blocks(tile);
        nint room = (nint)tile * OutputPlaces + SpikeLists.Slack;
        using var workspace = Workspace.Rent((nint)blocks * 128 + room, 2);
        ulong* masks = workspace.Words((nint)blocks * 64);
        int* offsets = workspace.Integers(room);
        (int first, int last) = Share(part, parts);
        for (nint row = 0; row < rows; row += tile)
        {
            int count = (int)Math.Min(tile, rows - row);
            float* dy = gradients + row * Outputs;
            for (int i = first; i < last; i = NextWord(i))
            {
                Transpose(spikes + row * Words, count, i, masks);
                for (int weight = i; weight < Math.Min(last, NextWord(i)); weight++)
                {
                    int length = OutputOffsets(masks, Blocks(count), weight, offsets);
                    float* sums = byInputGradient + (nint)weight * OutputChannels;
                    Sum(dy, sums, offsets, length, sums);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void AddIntervalWeightGradient(
        float* byInput, ulong* certain, ulong* open, float* lowerGradients, float* upperGradients, float* byInputGradient, nint rows,
        int part, int parts)
    {
        int tile = TileRows(TileFloats / 2, rows), blocks = Blocks(tile);
        nint room = (nint)tile * OutputPlaces + SpikeLists.Slack;
        using var workspace = Workspace.Rent((nint)blocks * 256 + 2 * room + (nint)tile * Outputs, 5);
        ulong* masks = workspace.Words((nint)blocks * 64), openMasks = workspace.Words((nint)blocks * 64);
        int* offsets = workspace.Integers(room), openOffsets = workspace.Integers(room);
        float* both = workspace.Floats((nint)tile * Outputs);
        (int first, int last) = Share(part, parts);
        for (nint row = 0; row < rows; row += tile)
        {
            int count = (int)Math.Min(tile, rows - row);
            float* lower = lowerGradients + row * Outputs, upper = upperGradients + row * Outputs;
            for (nint i = 0; i < (nint)count * Outputs; i++)
                both[i] = lower[i] + upper[i];
            for (int i = first; i < last; i = NextWord(i))
            {
                Transpose(certain + row * Words, count, i, masks);
                Transpose(open + row * Words, count, i, openMasks);
                for (int weight = i; weight < Math.Min(last, NextWord(i)); weight++)
                {
                    int length = OutputOffsets(masks, Blocks(count), weight, offsets);
                    int openLength = OutputOffsets(openMasks, Blocks(count), weight, openOffsets);
                    float* weights = byInput + (nint)weight * OutputChannels, sums = byInputGradient + (nint)weight * OutputChannels;
                    Sum(both, sums, offsets, length, sums);
                    int c = 0;
                    for (; HasManyRegisters && c + 64 <= OutputChannels; c += 64)
                        SumOpen<Lanes64>(weights, lower, upper, c, openOffsets, openLength, sums);
                    for (; c + 16 <= OutputChannels; c += 16)
                        SumOpen<Lanes16>(weights, lower, upper, c, openOffsets, openLength, sums);
                    for (; c < OutputChannels; c++)
                        SumOpen<Lane>(weights, lower, upper, c, openOffsets, openLength, sums);
                }
            }
        }
    }

    // Rows of W by input, one for each tap and input channel.
    private (int First, int Last) Share(int part, int parts) =>
        ((int)((long)taps * Channels * part / parts), (int)((long)taps * Channels * (part + 1) / parts));

    // The first row of W whose channel lies in another word, or belongs to another tap.
    private int NextWord(int weight) => weight - weight % Channels + Math.Min(Channels, (weight % Channels | 63) + 1);

    private int TileRows(int floats, nint rows) => (int)Math.Max(1, Math.Min(rows, floats / Outputs));

    // Blocks of 64 output places of some rows.
    private int Blocks(int rows) => (rows * OutputPlaces + 63) / 64;

    // For the tap and the word of a row of W: bit p of masks[64 b + c] says whether the input that output place 64 b + p reads through
    // that tap fired in channel c of the word. Output places count on from row to row.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transpose(ulong* spikes, int rows, int weight, ulong* masks)
    {
        int tap = weight / Channels, words = WordsPerPlace;
        spikes += weight % Channels / 64;
        ulong* to = masks;
        for (int row = 0; row < rows; row++, spikes += Words)
        {
            for (int i = tap; i < sources.Length; i += taps)
            {
                int source = sources[i];
                *to++ = source < 0 ? 0 : spikes[source * words];
            }
        }

        for (; (to - masks) % 64 != 0; to++)
            *to = 0;
        for (; masks < to; masks += 64)
            SpikeLists.Transpose(masks);
    }

    // Where in dy the outputs lie that a row of W reached with a spike.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int OutputOffsets(ulong* masks, int blocks, int weight, int* offsets)
    {
        int* end = offsets;
        masks += weight % Channels % 64;
        for (int block = 0; block < blocks; block++)
            end = SpikeLists.Append(masks[64 * block], 64 * block, end);
        int length = (int)(end - offsets);
        SpikeLists.AppendOffsets(offsets, length, 0, OutputChannels, offsets);
        return length;
    }

    // Which of the two gradients an open spike adds depends on the weight alone: sum both, then choose.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumOpen<T>(
        float* weights, float* lower, float* upper, int channel, int* offsets, int count, float* sums)
        where T : struct, ILanes<T>
    {
        lower += channel;
        upper += channel;
        T below = default, above = default;
        for (int* end = offsets + count; offsets < end; offsets++)
        {
            below += T.Load(lower + *offsets);
            above += T.Load(upper + *offsets);
        }

        T sum = T.Load(sums + channel) + T.Choose(T.Load(weights + channel), above, below, T.Half(below + above));
        sum.Store(sums + channel);
    }
}
