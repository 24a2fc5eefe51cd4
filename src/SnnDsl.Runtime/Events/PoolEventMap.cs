using System.Numerics;
using System.Runtime.CompilerServices;
using SnnDsl.Affine;
using SnnDsl.Hardware;

namespace SnnDsl.Events;

/// <summary>
/// Sums over windows, each channel by itself, times one number: what pools are to bounds, in event-driven form. It stands for a convolution
/// whose kernels lie on the diagonal, [channels, kernel] weights that are all the same, and nothing learns.
/// </summary>
internal sealed unsafe class PoolEventMap : EventMap
{
    private const string Constant = "The weights of a pool are one constant, which has no gradient.";

    private readonly int taps;
    private readonly bool isRounded;

    // The input place that an output place reads through a tap, [output place, tap]; -1 in the padding.
    private readonly int[] sources;

    // The output places that read an input place, ascending; those of place p lie at [starts[p], starts[p + 1]).
    private readonly int[] readers;
    private readonly int[] starts;

    /// <summary>Creates the map.</summary>
    /// <param name="channels">Channels.</param>
    /// <param name="window">The window.</param>
    /// <param name="isRounded">Whether float32 has not the number that sums are multiplied by.</param>
    public PoolEventMap(int channels, Window window, bool isRounded)
        : base((int)(window.Height * window.Width), channels, (int)(window.Rows * window.Columns), channels, channels * window.Taps)
    {
        this.isRounded = isRounded;
        taps = (int)window.Taps;
        sources = window.Sources();
        List<int>[] read = [.. Enumerable.Range(0, Places).Select(_ => new List<int>())];
        for (int i = 0; i < sources.Length; i++)
        {
            if (sources[i] >= 0)
            {
                read[sources[i]].Add(i / taps);
            }
        }

        readers = [.. read.SelectMany(list => list)];
        starts = new int[Places + 1];
        for (int place = 0; place < Places; place++)
        {
            starts[place + 1] = starts[place] + read[place].Count;
        }
    }

    /// <inheritdoc/>
    public override int WeightRoundings => isRounded ? 1 : 0;

    /// <inheritdoc/>
    public override bool IsByOutput => true;

    /// <inheritdoc/>
    public override void PackByInput(float* weight, float* packed) => Copy(weight, packed);

    /// <inheritdoc/>
    public override void UnpackByInput(float* packed, float* weight) => Copy(packed, weight);

    /// <inheritdoc/>
    public override void PackByOutput(float* weight, float* packed) => Copy(weight, packed);

    /// <inheritdoc/>
    public override void UnpackByOutput(float* packed, float* weight) => Copy(packed, weight);

    /// <inheritdoc/>
    public override void Apply(float* byInput, float* bias, ulong* spikes, float* outputs, nint from, nint to)
    {
        for (nint row = from; row < to; row++)
        {
            Start(bias, outputs + (row * Outputs));
            Add(*byInput, spikes + (row * Words), outputs + (row * Outputs), null);
        }
    }

    /// <inheritdoc/>
    public override void ApplyIntervals(
        float* byInput, float* bias, ulong* certain, ulong* open, float* lower, float* upper, nint from, nint to)
    {
        float weight = *byInput;
        for (nint row = from; row < to; row++)
        {
            float* below = lower + (row * Outputs), above = upper + (row * Outputs);
            Start(bias, below);
            Start(bias, above);
            Add(weight, certain + (row * Words), below, above);
            Add(weight, open + (row * Words), weight < 0 ? below : above, null);
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PullBack(float* byOutput, float* outputs, float* inputs, nint rows)
    {
        float weight = *byOutput;
        var all = Wide.All(weight);
        for (nint row = 0; row < rows; row++, outputs += Outputs, inputs += Inputs)
        {
            for (int place = 0; place < Places; place++)
            {
                float* x = inputs + ((nint)place * Channels);
                new Span<float>(x, Channels).Clear();
                for (int i = starts[place]; i < starts[place + 1]; i++)
                {
                    float* a = outputs + ((nint)readers[i] * Channels);
                    int c = 0;
                    for (; c + Wide.Width <= Channels; c += Wide.Width)
                    {
                        Wide.Store(x + c, Wide.MultiplyAdd(Wide.Load(a + c), all, Wide.Load(x + c)));
                    }

                    for (; c < Channels; c++)
                    {
                        x[c] += weight * a[c];
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void PullBackLive(
        float* byOutput, ulong* live, float* coefficients, nint coefficientStride, float* results, nint resultStride, int rows)
    {
        float weight = *byOutput;
        for (int row = 0; row < rows; row++)
        {
            new Span<float>(results + (row * resultStride), Inputs).Clear();
        }

        for (int place = 0; place < OutputPlaces; place++)
        {
            for (int word = 0; word < WordsPerPlace; word++)
            {
                for (ulong rest = live[((nint)place * WordsPerPlace) + word]; rest != 0; rest &= rest - 1)
                {
                    int channel = (64 * word) + BitOperations.TrailingZeroCount(rest);
                    float* a = coefficients + ((nint)place * Channels) + channel;
                    for (int i = place * taps; i < (place + 1) * taps; i++)
                    {
                        if (sources[i] < 0)
                        {
                            continue;
                        }

                        float* x = results + ((nint)sources[i] * Channels) + channel;
                        for (int row = 0; row < rows; row++)
                        {
                            x[row * resultStride] += weight * a[row * coefficientStride];
                        }
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Collect(ushort* products, float* inputs) => throw new NotSupportedException(Constant);

    /// <inheritdoc/>
    public override void AddWeightGradient(
        ulong* spikes, float* gradients, float* byInputGradient, nint rows, int part, int parts, bool rounds) => throw new NotSupportedException(Constant);

    /// <inheritdoc/>
    public override void AddIntervalWeightGradient(
        float* byInput, ulong* certain, ulong* open, float* lowerGradients, float* upperGradients, float* byInputGradient, nint rows,
        int part, int parts) => throw new NotSupportedException(Constant);

    /// <inheritdoc/>
    public override void PullBackLiveGradient(
        float* byOutput, ulong* live, float* coefficients, float* coefficientGradients, nint coefficientStride, float* resultGradients,
        nint resultStride, int rows, float* byOutputGradient) => throw new NotSupportedException(Constant);

    private void Copy(float* from, float* to) => new ReadOnlySpan<float>(from, checked((int)Weights)).CopyTo(new(to, checked((int)Weights)));

    private void Start(float* bias, float* outputs)
    {
        var all = new Span<float>(outputs, Outputs);
        if (bias is null)
        {
            all.Clear();
            return;
        }

        for (int place = 0; place < OutputPlaces; place++)
        {
            new ReadOnlySpan<float>(bias, Channels).CopyTo(all[(place * Channels)..]);
        }
    }

    // The weight to all outputs that a spike reaches, and to others likewise.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(float weight, ulong* spikes, float* outputs, float* others)
    {
        for (int i = 0; i < sources.Length; i++)
        {
            if (sources[i] < 0)
            {
                continue;
            }

            nint at = (nint)(i / taps) * Channels;
            ulong* words = spikes + ((nint)sources[i] * WordsPerPlace);
            for (int word = 0; word < WordsPerPlace; word++, at += 64)
            {
                for (ulong rest = words[word]; rest != 0; rest &= rest - 1)
                {
                    int bit = BitOperations.TrailingZeroCount(rest);
                    outputs[at + bit] += weight;
                    if (others is not null)
                    {
                        others[at + bit] += weight;
                    }
                }
            }
        }
    }
}
