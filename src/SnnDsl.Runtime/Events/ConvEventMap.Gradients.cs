using System.Numerics;
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

    // Up to this share of gradients that are not 0, each of them is added to the weights of its spikes, one by one: a row of gradients is
    // added sixteen at a time, zeros too.
    private const double LiveShare = 1.0 / 16;

    /// <inheritdoc/>
    public override void AddWeightGradient(
        ulong* spikes, float* gradients, float* byInputGradient, nint rows, int part, int parts, bool rounds)
    {
        rounds &= BFloat16s.AddsRows(OutputChannels);
        int tile = TileRows(rounds ? 2 * TileFloats : TileFloats, rows), blocks = Blocks(tile);
        nint room = (nint)tile * OutputPlaces + SpikeLists.Slack, halves = rounds ? (nint)tile * Outputs : 0;
        (int first, int last) = Share(part, parts);
        nint share = (nint)(last - first) * OutputChannels;
        using var workspace = Workspace.Rent(
            (nint)blocks * 128 + room + 2 * (nint)tile * OutputWords + OffsetRoom + RowRoom + share + halves / 2, 6);
        ulong* masks = workspace.Words((nint)blocks * 64), live = workspace.Words((nint)tile * OutputWords);
        int* offsets = workspace.Integers(room), fields = workspace.Integers(OffsetRoom + RowRoom);
        ushort* rounded = (ushort*)workspace.Floats(halves / 2);
        float* byOutput = null;
        for (nint row = 0; row < rows; row += tile)
        {
            int count = (int)Math.Min(tile, rows - row);
            float* dy = gradients + row * Outputs;
            long most = (long)(LiveShare * count * Outputs);
            if (Bits.NonZero(dy, count * OutputPlaces, OutputChannels, live, most) <= most)
            {
                if (byOutput == null)
                {
                    byOutput = workspace.Floats(share);
                    new Span<float>(byOutput, checked((int)share)).Clear();
                }

                AddLiveWeightGradient(spikes + row * Words, dy, live, count, first, last, fields, byOutput);
                continue;
            }

            if (rounds)
                BFloat16s.Round(dy, rounded, (long)count * Outputs);
            for (int i = first; i < last; i = NextWord(i))
            {
                Transpose(spikes + row * Words, count, i, masks);
                for (int weight = i; weight < Math.Min(last, NextWord(i)); weight++)
                {
                    int length = OutputOffsets(masks, Blocks(count), weight, offsets);
                    float* sums = byInputGradient + (nint)weight * OutputChannels;
                    if (rounds)
                        BFloat16s.AddRows(rounded, offsets, length, sums, OutputChannels);
                    else
                        Sum(dy, sums, offsets, length, sums);
                }
            }
        }

        for (int weight = first; byOutput != null && weight < last; weight++)
        {
            for (int o = 0; o < OutputChannels; o++)
                byInputGradient[(nint)weight * OutputChannels + o] += byOutput[o * (nint)(last - first) + weight - first];
        }
    }

    // Every gradient that is not 0 is added to the weights that brought a spike to its output: rows [first, last) of W by input, kept by
    // output here, so that those of one output are neighbours.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddLiveWeightGradient(
        ulong* spikes, float* gradients, ulong* live, int rows, int first, int last, int* room, float* byOutput)
    {
        int* offsets = room, starts = offsets + OffsetRoom, channels = starts + Places + 1;
        int words = OutputWords / OutputPlaces, width = last - first;
        for (int row = 0; row < rows; row++, spikes += Words, gradients += Outputs, live += OutputWords)
        {
            bool isListed = false;
            for (int place = 0; place < OutputPlaces; place++)
            {
                int count = -1;
                for (int word = 0; word < words; word++)
                {
                    for (ulong rest = live[place * words + word]; rest != 0; rest &= rest - 1)
                    {
                        if (!isListed)
                        {
                            SpikeLists.List(spikes, Places, WordsPerPlace, starts, channels);
                            isListed = true;
                        }

                        if (count < 0)
                            count = Fields(place, starts, channels, first, last, offsets);
                        int o = 64 * word + BitOperations.TrailingZeroCount(rest);
                        float gradient = gradients[place * OutputChannels + o];
                        float* sums = byOutput + (nint)o * width;
                        for (int i = 0; i < count; i++)
                            sums[offsets[i]] += gradient;
                    }
                }
            }
        }
    }

    // The rows of W by input, counted from the first, whose spikes reach an output place.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Fields(int outputPlace, int* starts, int* channels, int first, int last, int* offsets)
    {
        int count = 0;
        for (int tap = first / Channels; tap * Channels < last; tap++)
        {
            int place = sources[outputPlace * taps + tap];
            if (place < 0)
                continue;
            int from = starts[place], to = starts[place + 1];
            while (from < to && tap * Channels + channels[from] < first)
                from++;
            while (to > from && tap * Channels + channels[to - 1] >= last)
                to--;
            SpikeLists.AppendOffsets(channels + from, to - from, tap * Channels - first, 1, offsets + count);
            count += to - from;
        }

        return count;
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
