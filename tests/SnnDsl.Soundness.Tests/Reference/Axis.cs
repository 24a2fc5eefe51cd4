namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>How a window moves along one side of an image.</summary>
internal sealed record Axis(long Kernel, long Stride, long Before, long After, long Dilation = 1)
{
    public static Axis Even(long kernel, long stride, long padding = 0, long dilation = 1) => new(kernel, stride, padding, padding, dilation);

    /// <summary>As many zeros as keep the size, one more behind than before where they are odd.</summary>
    public static Axis Same(long kernel, long dilation)
    {
        long zeros = dilation * (kernel - 1);
        return new(kernel, 1, zeros / 2, zeros - zeros / 2, dilation);
    }

    /// <summary>How often the window fits.</summary>
    public long Places(long side)
    {
        long count = 0;
        for (long at = -Before; at + Dilation * (Kernel - 1) + 1 <= side + After; at += Stride)
        {
            count++;
        }

        return count;
    }

    /// <summary>The step, or with one place any that is no further than the image.</summary>
    public long Step(long side) => Places(side) == 1 ? 1 + side + Before + After : Stride;

    /// <summary>Taps and the indices that they see at a place, without the zeros.</summary>
    public IEnumerable<(long Tap, long Index)> Seen(long place, long side)
    {
        for (long tap = 0; tap < Kernel; tap++)
        {
            long index = place * Stride - Before + tap * Dilation;
            if (index >= 0 && index < side)
            {
                yield return (tap, index);
            }
        }
    }

    /// <summary>What each window of an image adds up to, channel by channel.</summary>
    public static double[] Sums(double[] x, long[] input, long[] output, Axis rows, Axis columns)
    {
        double[] y = new double[output.Aggregate((a, b) => a * b)];
        for (int index = 0; index < y.Length; index++)
        {
            var (channel, row, column) = (index / (output[1] * output[2]), index / output[2] % output[1], index % output[2]);
            foreach (var (_, r) in rows.Seen(row, input[1]))
            {
                foreach (var (_, q) in columns.Seen(column, input[2]))
                {
                    y[index] += x[(channel * input[1] + r) * input[2] + q];
                }
            }
        }

        return y;
    }
}
