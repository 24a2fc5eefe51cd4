using System.Runtime.CompilerServices;
using SnnDsl.Autograd;
using SnnDsl.Hardware;
using static TorchSharp.torch;
using Lanes64 = SnnDsl.Hardware.Pair<SnnDsl.Hardware.Pair<SnnDsl.Hardware.Lanes16>>;

namespace SnnDsl.Kernels;

/// <summary>
/// Batch normalisation in training, y = (x - mean) / sqrt(variance + epsilon) * weight + bias, channels last: one walk over x for the statistics
/// and one that writes y; backward one walk over x and dy for two sums a channel and one that writes dx. Float32, on the CPU.
/// </summary>
/// <param name="epsilon">What is added to variances.</param>
internal sealed unsafe class NormaliseFunction(float epsilon) : AutogradFunction
{
    // Values of a channel that are summed in float32 before their sum is added in float64: what rounds away is then what it is in 64 terms.
    private const int Block = 64;

    /// <summary>Of each channel the mean, after <see cref="AutogradFunction.Apply"/>.</summary>
    public double[] Mean { get; private set; } = [];

    /// <summary>Of each channel the variance, the mean square of what x differs from the mean.</summary>
    public double[] Variance { get; private set; } = [];

    private double[] Deviation => Array.ConvertAll(Variance, variance => Math.Sqrt(variance + epsilon));

    /// <summary>Inputs: x [..., channels], contiguous; weight and bias [channels], or null. Output: y, as x.</summary>
    protected internal override Tensor[] Forward(Tensor?[] inputs)
    {
        var x = inputs[0]!;
        int channels = (int)x.size(-1);
        long rows = x.numel() / channels;
        var y = TensorMemory.Empty(x.Sizes());
        var (i, o) = (TensorMemory.Address(x), TensorMemory.Address(y));
        // Around a value of its own a channel's squares are small: nothing is lost where the mean is far from 0.
        float[] pivot = new Span<float>((float*)i, channels).ToArray();
        var (sums, squares) = Sums(rows, channels, (float*)i, null, pivot);
        Mean = new double[channels];
        Variance = new double[channels];
        for (int c = 0; c < channels; c++)
        {
            double shift = sums[c] / rows;
            (Mean[c], Variance[c]) = (pivot[c] + shift, Math.Max(0, squares[c] / rows - shift * shift));
        }

        var (scale, deviation) = (Values(inputs[1], channels, 1), Deviation);
        float[] bias = Values(inputs[2], channels, 0), slope = new float[channels], offset = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            double a = scale[c] / deviation[c];
            (slope[c], offset[c]) = ((float)a, (float)(bias[c] - a * Mean[c]));
        }

        Cores.Share(rows, 2 * rows * channels, (from, to) => Lines(from, to, channels, (float*)i, null, (float*)o, slope, null, offset));
        GC.KeepAlive(x);
        Save(x, inputs[1]);
        return [y];
    }

    /// <inheritdoc/>
    protected internal override Tensor?[] Backward(Tensor?[] saved, Tensor[] outputGradients)
    {
        var x = saved[0]!;
        var dy = outputGradients[0].contiguous();
        int channels = (int)x.size(-1);
        long rows = x.numel() / channels;
        var (i, g) = (TensorMemory.Address(x), TensorMemory.Address(dy));
        var (sums, products) = Sums(rows, channels, (float*)g, (float*)i, Array.ConvertAll(Mean, mean => (float)mean));
        var (scale, deviation) = (Values(saved[1], channels, 1), Deviation);
        float[] slope = new float[channels], onInput = new float[channels], offset = new float[channels], weights = new float[channels];
        for (int c = 0; c < channels; c++)
        {
            // sum dy (x - mean), x having been moved by the mean's float32.
            double product = products[c] - sums[c] * (Mean[c] - (float)Mean[c]), a = scale[c] / deviation[c];
            double b = -a * product / (rows * (Variance[c] + epsilon));
            (slope[c], onInput[c], offset[c]) = ((float)a, (float)b, (float)(-a * sums[c] / rows - b * Mean[c]));
            weights[c] = (float)(product / deviation[c]);
        }

        Tensor? dx = null;
        if (Learns(0))
        {
            dx = TensorMemory.Empty(x.Sizes());
            nint o = TensorMemory.Address(dx);
            Cores.Share(rows, 3 * rows * channels, (from, to) => Lines(from, to, channels, (float*)g, (float*)i, (float*)o, slope, onInput, offset));
        }

        GC.KeepAlive(x);
        GC.KeepAlive(dy);
        return
        [
            dx, Learns(1) ? tensor(weights) : null, Learns(2) ? tensor(Array.ConvertAll(sums, sum => (float)sum)) : null,
        ];
    }

    private static float[] Values(Tensor? tensor, int channels, float missing)
    {
        float[] values = new float[channels];
        if (tensor is null)
        {
            Array.Fill(values, missing);
            return values;
        }

        using var whole = tensor.detach().contiguous();
        new Span<float>((float*)TensorMemory.Address(whole), channels).CopyTo(values);
        return values;
    }

    // Of each channel: sum (a - pivot) and sum (a - pivot)^2; or sum a and sum a (b - pivot).
    private static (double[] Sums, double[] Products) Sums(long rows, int channels, float* a, float* b, float[] pivot)
    {
        int parts = Cores.Parts(rows * channels);
        double[][] sums = new double[parts][], products = new double[parts][];
        var (first, second) = ((nint)a, (nint)b);
        Cores.Split(rows, parts, (part, from, to) =>
        {
            double[] own = new double[channels], ownProducts = new double[channels];
            float* block = stackalloc float[2 * Lanes64.Count];
            for (long start = from; start < to; start += Block)
            {
                int length = (int)Math.Min(Block, to - start);
                fixed (float* pivots = pivot)
                {
                    float* x = (float*)first + start * channels, y = second == 0 ? null : (float*)second + start * channels;
                    int c = 0;
                    for (; c + Lanes64.Count <= channels; c += Lanes64.Count)
                    {
                        Add<Lanes64>(x, y, pivots, c, channels, length, block, own, ownProducts);
                    }

                    for (; c + Lanes16.Count <= channels; c += Lanes16.Count)
                    {
                        Add<Lanes16>(x, y, pivots, c, channels, length, block, own, ownProducts);
                    }

                    for (; c < channels; c++)
                    {
                        Add<Lane>(x, y, pivots, c, channels, length, block, own, ownProducts);
                    }
                }
            }

            (sums[part], products[part]) = (own, ownProducts);
        });
        for (int part = 1; part < parts; part++)
        {
            for (int c = 0; c < channels; c++)
            {
                sums[0][c] += sums[part][c];
                products[0][c] += products[part][c];
            }
        }

        return (sums[0], products[0]);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<T>(float* a, float* b, float* pivot, int channel, int channels, int rows, float* block, double[] sums, double[] products)
        where T : struct, ILanes<T>
    {
        T shift = T.Load(pivot + channel), sum = default, product = default;
        var minus = Wide.All(-1);
        float* x = a + channel;
        if (b == null)
        {
            for (int row = 0; row < rows; row++, x += channels)
            {
                T value = T.MultiplyAdd(shift, minus, T.Load(x));
                sum += value;
                product = T.MultiplyAdd(value, value, product);
            }
        }
        else
        {
            float* y = b + channel;
            for (int row = 0; row < rows; row++, x += channels, y += channels)
            {
                T value = T.Load(x);
                sum += value;
                product = T.MultiplyAdd(value, T.MultiplyAdd(shift, minus, T.Load(y)), product);
            }
        }

        sum.Store(block);
        product.Store(block + T.Count);
        for (int i = 0; i < T.Count; i++)
        {
            sums[channel + i] += block[i];
            products[channel + i] += block[T.Count + i];
        }
    }

    // to = slope a + onSecond b + offset, channel by channel, for the rows [from, to).
    private static void Lines(long first, long last, int channels, float* a, float* b, float* to, float[] slope, float[]? onSecond, float[] offset)
    {
        fixed (float* slopes = slope, seconds = onSecond, offsets = offset)
        {
            for (long row = first; row < last; row++)
            {
                long at = row * channels;
                Line(channels, a + at, b == null ? null : b + at, to + at, slopes, seconds, offsets);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Line(int channels, float* a, float* b, float* to, float* slope, float* onSecond, float* offset)
    {
        int c = 0;
        for (; c + Wide.Width <= channels; c += Wide.Width)
        {
            var value = b == null ? Wide.Load(offset + c) : Wide.MultiplyAdd(Wide.Load(onSecond + c), Wide.Load(b + c), Wide.Load(offset + c));
            Wide.Store(to + c, Wide.MultiplyAdd(Wide.Load(slope + c), Wide.Load(a + c), value));
        }

        for (; c < channels; c++)
        {
            to[c] = slope[c] * a[c] + ((b == null ? 0 : onSecond[c] * b[c]) + offset[c]);
        }
    }
}
