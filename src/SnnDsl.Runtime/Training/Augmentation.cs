using SnnDsl.Data;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Training;

/// <summary>
/// Changes of a training sample that keep its class, drawn anew for every sample in every epoch. What is certified while training is certified around the changed
/// sample.
/// </summary>
public sealed record Augmentation
{
    /// <summary>
    /// By how many pixels an image, or all frames of a recording, moves at most, up, down, left and right; all moves are equally likely. What comes in is 0.
    /// </summary>
    public int Shift { get; init; }

    /// <summary>Whether half of the samples are mirrored, left to right: for things, not for digits.</summary>
    public bool Mirror { get; init; }

    /// <summary>Checks that a network's inputs have sides to move along.</summary>
    /// <param name="network">The network.</param>
    /// <exception cref="ArgumentException">They have none, or the shift is not smaller than they are.</exception>
    internal void Validate(NetworkDescription network)
    {
        Check.AtLeast(0, Shift, "The shift of training samples");
        if (network.InputShape is not [_, var height, var width])
        {
            throw Check.Wrong(
                $"Shifting and mirroring move images [C, H, W], but {network.Name} takes {string.Join('x', network.InputShape)}: train without them.");
        }

        if (Shift >= Math.Min(height, width))
        {
            throw Check.Wrong($"A shift by {Shift} pixels can leave nothing of an image of {height}x{width}: take a smaller one.");
        }
    }

    /// <summary>The changed samples.</summary>
    /// <param name="inputs">On the CPU, dense: pixels [B, C, H, W] or event frames [T, B, C, H, W], any type. They stay as they are.</param>
    /// <param name="indices">The samples' indices in their data set.</param>
    /// <param name="seed">What is drawn, with the index.</param>
    /// <returns>Of the same shape and type.</returns>
    internal Tensor Apply(Tensor inputs, long[] indices, long seed)
    {
        var changed = zeros_like(inputs);
        int[] shape = Array.ConvertAll(inputs.shape, checked((long side) => (int)side));
        var (batch, channels, height, width) = (shape[^4], shape[^3], shape[^2], shape[^1]);
        int cell = checked((int)inputs.element_size());
        int row = width * cell, sample = channels * height * row;
        Span<byte> from = inputs.bytes, to = changed.bytes;
        var moves = new (int Down, int Right, bool Mirrored)[batch];
        for (int i = 0; i < batch; i++)
        {
            moves[i] = Draw(indices[i], seed);
        }

        for (int start = 0, i = 0; start < from.Length; start += sample, i = (i + 1) % batch)
        {
            var (down, right, mirrored) = moves[i];
            for (int line = 0; line < channels * height; line++)
            {
                int source = (line % height) - down;
                if (source < 0 || source >= height)
                {
                    continue;
                }

                var target = to.Slice(start + (line * row), row);
                Move(from.Slice(start + ((line - down) * row), row), target, right * cell);
                if (mirrored)
                {
                    Turn(target, cell);
                }
            }
        }

        return changed;
    }

    /// <summary>How a sample moves.</summary>
    /// <param name="index">Its index in its data set.</param>
    /// <param name="seed">The epoch's.</param>
    internal (int Down, int Right, bool Mirrored) Draw(long index, long seed)
    {
        // Hashed before the index is added: sample 1 of seed 7 must not move as sample 0 of seed 8.
        var random = new SplitMix64(new SplitMix64(unchecked((ulong)seed)).Next() + (ulong)index);
        int span = (2 * Shift) + 1;
        return (random.Next(span) - Shift, random.Next(span) - Shift, Mirror && random.Next(2) == 1);
    }

    private static void Move(ReadOnlySpan<byte> row, Span<byte> target, int right)
    {
        if (right >= 0)
        {
            row[..^right].CopyTo(target[right..]);
        }
        else
        {
            row[-right..].CopyTo(target);
        }
    }

    // The cells in reverse order, each as it is.
    private static void Turn(Span<byte> row, int cell)
    {
        row.Reverse();
        for (int i = 0; i < row.Length; i += cell)
        {
            row.Slice(i, cell).Reverse();
        }
    }
}
