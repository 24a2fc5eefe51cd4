using System.Numerics;

namespace SnnDsl.Events;

/// <summary>
/// A fully connected layer behind spikes. Spikes may be those of a convolution, [places, channels], of which PyTorch's flattening makes
/// [channels, places]: packing sorts the weights accordingly, so nothing else needs to know.
/// </summary>
/// <param name="places">Places of the spikes' layer; 1 for a vector.</param>
/// <param name="channels">Its channels, or the number of its neurons.</param>
/// <param name="outputs">The number of outputs.</param>
internal sealed unsafe partial class LinearEventMap(int places, int channels, int outputs)
    : EventMap(places, channels, 1, outputs, (long)places * channels * outputs)
{
    // As many weights as stay in the second cache while many rows of spikes pass over them.
    private const int BlockBytes = 384 * 1024;

    /// <inheritdoc/>
    public override void Apply(float* byInput, float* bias, ulong* spikes, float* outputs, nint from, nint to)
    {
        if (AreMany(spikes, from, to))
        {
            ApplyDense(byInput, bias, spikes, outputs, from, to);
            return;
        }

        int* offsets = stackalloc int[64 * MaxBlockWords];
        foreach (var (first, last) in Blocks())
        {
            for (nint row = from; row < to; row++)
            {
                ulong* words = spikes + row * Words;
                float* target = outputs + row * Outputs;
                Start(first, bias, target);
                int count = Offsets(words, first, last, offsets);
                AddRows(byInput, offsets, count, target, Outputs);
            }
        }
    }

    /// <inheritdoc/>
    public override void ApplyIntervals(
        float* byInput, float* bias, ulong* certain, ulong* open, float* lower, float* upper, nint from, nint to)
    {
        if (AreMany(open, from, to) || AreMany(certain, from, to))
        {
            ApplyIntervalsDense(byInput, bias, certain, open, lower, upper, from, to);
            return;
        }

        int* offsets = stackalloc int[64 * MaxBlockWords];
        foreach (var (first, last) in Blocks())
        {
            for (nint row = from; row < to; row++)
            {
                float* below = lower + row * Outputs;
                float* above = upper + row * Outputs;
                Start(first, bias, below);
                Start(first, bias, above);
                int sure = Offsets(certain + row * Words, first, last, offsets);
                AddRowsTwice(byInput, offsets, sure, below, above, Outputs);
                int maybe = Offsets(open + row * Words, first, last, offsets);
                AddSignedRows(byInput, offsets, maybe, below, above, Outputs);
            }
        }
    }

    /// <inheritdoc/>
    public override void AddWeightGradient(
        ulong* spikes, float* gradients, float* byInputGradient, nint rows, int part, int parts)
    {
        var (first, last) = Share(part, parts);
        if (AreMany(spikes, 0, rows))
        {
            AddWeightGradientDense(spikes, gradients, byInputGradient, rows, first, last);
            return;
        }

        ulong* tile = stackalloc ulong[64];
        int* offsets = stackalloc int[64];

        // 64 rows by 64 neurons, transposed: each neuron learns which rows it fired in, adds their gradients in registers, and touches
        // its weights once.
        for (nint row = 0; row < rows; row += 64)
        {
            int height = (int)Math.Min(64, rows - row);
            for (int word = first; word < last; word++)
            {
                Transposed(spikes, row, height, word, tile);
                for (int bit = 0; bit < 64; bit++)
                {
                    if (tile[bit] != 0)
                    {
                        int count = SpikeLists.Offsets(tile + bit, 0, 1, Outputs, offsets);
                        AddRows(gradients + row * Outputs, offsets, count, byInputGradient + Neuron(word, bit) * Outputs, Outputs);
                    }
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void AddIntervalWeightGradient(
        float* byInput, ulong* certain, ulong* open, float* lowerGradients, float* upperGradients, float* byInputGradient, nint rows,
        int part, int parts)
    {
        var (first, last) = Share(part, parts);
        if (AreMany(open, 0, rows) || AreMany(certain, 0, rows))
        {
            AddIntervalWeightGradientDense(
                byInput, certain, open, lowerGradients, upperGradients, byInputGradient, rows, first, last);
            return;
        }

        ulong* sure = stackalloc ulong[64];
        ulong* maybe = stackalloc ulong[64];
        int* offsets = stackalloc int[64];
        for (nint row = 0; row < rows; row += 64)
        {
            int height = (int)Math.Min(64, rows - row);
            for (int word = first; word < last; word++)
            {
                Transposed(certain, row, height, word, sure);
                Transposed(open, row, height, word, maybe);
                for (int bit = 0; bit < 64; bit++)
                {
                    if ((sure[bit] | maybe[bit]) == 0)
                    {
                        continue;
                    }

                    long weights = Neuron(word, bit) * Outputs;
                    int count = SpikeLists.Offsets(sure + bit, 0, 1, Outputs, offsets);
                    AddRows(lowerGradients + row * Outputs, offsets, count, byInputGradient + weights, Outputs);
                    AddRows(upperGradients + row * Outputs, offsets, count, byInputGradient + weights, Outputs);
                    count = SpikeLists.Offsets(maybe + bit, 0, 1, Outputs, offsets);
                    AddBySign(
                        byInput + weights, lowerGradients + row * Outputs, upperGradients + row * Outputs, offsets, count,
                        byInputGradient + weights, Outputs);
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void PullBack(float* byOutput, float* outputs, float* inputs, nint rows) =>
        
        Gemm.Multiply((int)rows, Inputs, Outputs, 1, outputs, Outputs, false, byOutput, Inputs, false, 0, inputs, Inputs);

    private int MaxBlockWords => Math.Max(1, Math.Min(Words, BlockBytes / sizeof(float) / Math.Max(1, Outputs) / 64));

    // Ranges of words whose weights stay in the second cache while all rows pass.
    private IEnumerable<(int First, int Last)> Blocks()
    {
        int size = MaxBlockWords;
        for (int first = 0; first < Words; first += size)
        {
            yield return (first, Math.Min(first + size, Words));
        }
    }

    private (int First, int Last) Share(int part, int parts) =>
        ((int)((long)Words * part / parts), (int)((long)Words * (part + 1) / parts));

    // The neuron behind a bit: places have whole words, so with channels that are no multiple of 64 there are gaps.
    private long Neuron(int word, int bit) => word / WordsPerPlace * (long)Channels + word % WordsPerPlace * 64 + bit;

    private void Transposed(ulong* spikes, nint row, int height, int word, ulong* tile)
    {
        for (int i = 0; i < 64; i++)
        {
            tile[i] = i < height ? spikes[(row + i) * Words + word] : 0;
        }

        SpikeLists.Transpose(tile);
    }

    private int Offsets(ulong* words, int from, int to, int* offsets)
    {
        if (Places == 1 || Channels % 64 == 0)
        {
            return SpikeLists.Offsets(words, from, to, Outputs, offsets);
        }

        int count = 0;
        for (int word = from; word < to; word++)
        {
            for (ulong rest = words[word]; rest != 0; rest &= rest - 1)
            {
                offsets[count++] = (int)(Neuron(word, BitOperations.TrailingZeroCount(rest)) * Outputs);
            }
        }

        return count;
    }

    private void Start(int block, float* bias, float* target)
    {
        if (block != 0)
        {
            return;
        }

        var values = new Span<float>(target, Outputs);
        if (bias is null)
        {
            values.Clear();
        }
        else
        {
            new ReadOnlySpan<float>(bias, Outputs).CopyTo(values);
        }
    }
}
