using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using SnnDsl.Affine;
using SnnDsl.Hardware;
using Lanes128 = SnnDsl.Hardware.Pair<SnnDsl.Hardware.Pair<SnnDsl.Hardware.Pair<SnnDsl.Hardware.Lanes16>>>;
using Lanes64 = SnnDsl.Hardware.Pair<SnnDsl.Hardware.Pair<SnnDsl.Hardware.Lanes16>>;

namespace SnnDsl.Events;

/// <summary>A two-dimensional convolution, all of whose outputs see all input channels, in event-driven form.</summary>
/// <remarks>
/// A tap is a position in the kernel, row by row; input place (y, x) feeds output place (v, u) through tap (i, j) where
/// y = v * stride - padding + i * dilation, and likewise x of u and j.
/// </remarks>
internal sealed unsafe partial class ConvEventMap : EventMap
{
    // The taps of one row of the kernel.
    private readonly int tapsPerRow;
    private readonly int taps;

    // Whether there are 32 vector registers of 512 bits; half as many of 256 hold fewer sums.
    private static bool HasManyRegisters => Avx512F.IsSupported;

    // The input place that an output place reads through a tap, [output place, tap]; -1 in the padding.
    private readonly int[] sources;

    // What an input place feeds: pairs of output place and tap, as output place * taps + tap, ascending in output places; those of
    // place p lie at [reachStarts[p], reachStarts[p + 1]).
    private readonly int[] reach;
    private readonly int[] reachStarts;

    /// <summary>Creates the map.</summary>
    /// <param name="inputChannels">Channels of an input.</param>
    /// <param name="outputChannels">Channels of an output.</param>
    /// <param name="window">How the kernel slides over the image.</param>
    public ConvEventMap(int inputChannels, int outputChannels, Window window)
        : base(
            (int)(window.Height * window.Width), inputChannels, (int)(window.Rows * window.Columns), outputChannels,
            outputChannels * inputChannels * window.Taps)
    {
        tapsPerRow = (int)window.Across.Kernel;
        taps = (int)window.Taps;
        sources = window.Sources();
        var fed = new List<int>[Places];
        for (int place = 0; place < Places; place++)
            fed[place] = [];
        for (int i = 0; i < sources.Length; i++)
        {
            if (sources[i] >= 0)
                fed[sources[i]].Add(i);
        }

        reach = [.. fed.SelectMany(list => list)];
        reachStarts = new int[Places + 1];
        for (int place = 0; place < Places; place++)
            reachStarts[place + 1] = reachStarts[place] + fed[place].Count;
    }

    /// <inheritdoc/>
    public override void PackByInput(float* weight, float* packed)
    {
        for (int o = 0; o < OutputChannels; o++)
        {
            for (int c = 0; c < Channels; c++)
            {
                for (int tap = 0; tap < taps; tap++)
                    packed[((nint)tap * Channels + c) * OutputChannels + o] = weight[((nint)o * Channels + c) * taps + tap];
            }
        }
    }

    /// <inheritdoc/>
    public override void UnpackByInput(float* packed, float* weight)
    {
        for (int o = 0; o < OutputChannels; o++)
        {
            for (int c = 0; c < Channels; c++)
            {
                for (int tap = 0; tap < taps; tap++)
                    weight[((nint)o * Channels + c) * taps + tap] = packed[((nint)tap * Channels + c) * OutputChannels + o];
            }
        }
    }

    /// <inheritdoc/>
    public override bool IsByOutput => Channels == 1 || taps == 1;

    /// <inheritdoc/>
    public override void PackByOutput(float* weight, float* packed)
    {
        for (int o = 0; o < OutputChannels; o++)
        {
            for (int c = 0; c < Channels; c++)
            {
                for (int tap = 0; tap < taps; tap++)
                    packed[((nint)o * taps + tap) * Channels + c] = weight[((nint)o * Channels + c) * taps + tap];
            }
        }
    }

    /// <inheritdoc/>
    public override void UnpackByOutput(float* packed, float* weight)
    {
        for (int o = 0; o < OutputChannels; o++)
        {
            for (int c = 0; c < Channels; c++)
            {
                for (int tap = 0; tap < taps; tap++)
                    weight[((nint)o * Channels + c) * taps + tap] = packed[((nint)o * taps + tap) * Channels + c];
            }
        }
    }

    /// <inheritdoc/>
    public override void Apply(float* byInput, float* bias, ulong* spikes, float* outputs, nint from, nint to)
    {
        using var workspace = Workspace.Rent(OffsetRoom + RowRoom, 1);
        int* offsets = workspace.Integers(OffsetRoom + RowRoom), starts = offsets + OffsetRoom, channels = starts + Places + 1;
        for (nint row = from; row < to; row++)
        {
            SpikeLists.List(spikes + row * Words, Places, WordsPerPlace, starts, channels);
            // One row of the kernel after the other: what neighbouring places read of its weights stays in the first cache.
            for (int first = 0; first < taps; first += tapsPerRow)
            {
                for (int place = 0; place < OutputPlaces; place++)
                {
                    int count = Offsets(place, first, first + tapsPerRow, starts, channels, offsets);
                    float* y = outputs + row * Outputs + (nint)place * OutputChannels;
                    Sum(byInput, first == 0 ? bias : y, offsets, count, y);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void ApplyIntervals(
        float* byInput, float* bias, ulong* certain, ulong* open, float* lower, float* upper, nint from, nint to)
    {
        using var workspace = Workspace.Rent(2 * (OffsetRoom + RowRoom), 1);
        int* offsets = workspace.Integers(2 * (OffsetRoom + RowRoom)), openOffsets = offsets + OffsetRoom;
        int* starts = openOffsets + OffsetRoom, channels = starts + Places + 1;
        int* openStarts = starts + RowRoom, openChannels = openStarts + Places + 1;
        for (nint row = from; row < to; row++)
        {
            SpikeLists.List(certain + row * Words, Places, WordsPerPlace, starts, channels);
            SpikeLists.List(open + row * Words, Places, WordsPerPlace, openStarts, openChannels);
            for (int place = 0; place < OutputPlaces; place++)
            {
                int count = Offsets(place, 0, taps, starts, channels, offsets);
                int openCount = Offsets(place, 0, taps, openStarts, openChannels, openOffsets);
                nint y = row * Outputs + (nint)place * OutputChannels;
                // Three sums a channel: 64 are what the registers hold.
                int c = 0;
                for (; HasManyRegisters && c + 64 <= OutputChannels; c += 64)
                    SumIntervals<Lanes64>(byInput, bias, c, offsets, count, openOffsets, openCount, lower + y, upper + y);
                for (; c + 16 <= OutputChannels; c += 16)
                    SumIntervals<Lanes16>(byInput, bias, c, offsets, count, openOffsets, openCount, lower + y, upper + y);
                for (; c < OutputChannels; c++)
                    SumIntervals<Lane>(byInput, bias, c, offsets, count, openOffsets, openCount, lower + y, upper + y);
            }
        }
    }

    // Integers for the offsets of all weights that reach one place, and for a row's lists of channels.
    private nint OffsetRoom => (nint)taps * Channels + SpikeLists.Slack;

    private nint RowRoom => Places + 1 + (nint)Inputs + SpikeLists.Slack;

    // Where the weights of all spikes that an output place sees through the taps [first, last) lie in W by input.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Offsets(int outputPlace, int first, int last, int* starts, int* channels, int* offsets)
    {
        int count = 0;
        for (int tap = first; tap < last; tap++)
        {
            int place = sources[outputPlace * taps + tap];
            if (place < 0)
                continue;
            int spikes = starts[place + 1] - starts[place];
            SpikeLists.AppendOffsets(
                channels + starts[place], spikes, tap * Channels * OutputChannels, OutputChannels, offsets + count);
            count += spikes;
        }

        return count;
    }

    // For all output channels: start + the values at some offsets.
    private void Sum(float* values, float* start, int* offsets, int count, float* to)
    {
        int c = 0;
        for (; HasManyRegisters && c + 128 <= OutputChannels; c += 128)
            Sum<Lanes128>(values, start, c, offsets, count, to);
        for (; c + 64 <= OutputChannels; c += 64)
            Sum<Lanes64>(values, start, c, offsets, count, to);
        for (; c + 16 <= OutputChannels; c += 16)
            Sum<Lanes16>(values, start, c, offsets, count, to);
        for (; c < OutputChannels; c++)
            Sum<Lane>(values, start, c, offsets, count, to);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Sum<T>(float* values, float* start, int channel, int* offsets, int count, float* to)
        where T : struct, ILanes<T>
    {
        values += channel;
        T sum = start == null ? default : T.Load(start + channel);
        for (int* end = offsets + count; offsets < end; offsets++)
            sum += T.Load(values + *offsets);
        sum.Store(to + channel);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void SumIntervals<T>(
        float* weights, float* bias, int channel, int* offsets, int count, int* openOffsets, int openCount, float* lower, float* upper)
        where T : struct, ILanes<T>
    {
        weights += channel;
        T sum = bias == null ? default : T.Load(bias + channel);
        for (int* end = offsets + count; offsets < end; offsets++)
            sum += T.Load(weights + *offsets);
        // up >= 0 >= down, and rounding is monotone: the upper bound never falls below the lower one.
        T up = default, down = default;
        for (int* end = openOffsets + openCount; openOffsets < end; openOffsets++)
        {
            T weight = T.Load(weights + *openOffsets);
            up += T.Positive(weight);
            down += T.Negative(weight);
        }

        (sum + down).Store(lower + channel);
        (sum + up).Store(upper + channel);
    }
}
