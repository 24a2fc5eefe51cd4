using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>One layer without neurons: how torch computes it, and how its definition reads.</summary>
internal abstract record AffineOperation(string Name, long[] Input, long[] Output)
{
    public long Inputs => Input.Aggregate(1L, (a, b) => a * b);

    public long Outputs => Output.Aggregate(1L, (a, b) => a * b);

    /// <summary>Whether a sum has a term that no input weighs.</summary>
    public virtual bool IsBiased => false;

    /// <summary>On a batch [N, input], with torch.</summary>
    public abstract Tensor Run(Tensor x, Func<string, Tensor?> parameter);

    /// <summary>On one flattened input, by the definition alone, without its bias.</summary>
    public abstract double[] Naive(double[] x, Func<string, double[]?> parameter);

    /// <summary>The bias of every output; zeros where there is none.</summary>
    public virtual double[] NaiveBias(Func<string, double[]?> parameter) => new double[Outputs];
}

internal sealed record LinearOperation(string Name, long In, long Out, bool HasBias) : AffineOperation(Name, [In], [Out])
{
    public override bool IsBiased => HasBias;

    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter)
    {
        var y = x.matmul(parameter(Name + ".weight")!.t());
        return parameter(Name + ".bias") is { } bias ? y + bias : y;
    }

    public override double[] Naive(double[] x, Func<string, double[]?> parameter)
    {
        double[] weight = parameter(Name + ".weight")!;
        var y = new double[Out];
        for (int o = 0; o < Out; o++)
        {
            for (int i = 0; i < In; i++)
            {
                y[o] += weight[o * In + i] * x[i];
            }
        }

        return y;
    }

    public override double[] NaiveBias(Func<string, double[]?> parameter) => parameter(Name + ".bias") ?? new double[Out];
}

internal sealed record ConvOperation(string Name, long[] Input, long[] Output, int Kernel, int Stride, int Padding, bool HasBias)
    : AffineOperation(Name, Input, Output)
{
    public override bool IsBiased => HasBias;

    // Where there is one place, torch is not asked about steps that its sums overflow with.
    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter)
    {
        long step = Output[1] * Output[2] == 1 ? 1 + Math.Max(Input[1], Input[2]) + 2 * Padding : Stride;
        return nn.functional.conv2d(
            x, parameter(Name + ".weight")!, parameter(Name + ".bias"), strides: [step, step], padding: [Padding, Padding]);
    }

    public override double[] Naive(double[] x, Func<string, double[]?> parameter)
    {
        double[] weight = parameter(Name + ".weight")!;
        var y = new double[Outputs];
        for (int index = 0; index < y.Length; index++)
        {
            var (channel, row, column) = (index / (Output[1] * Output[2]), index / Output[2] % Output[1], index % Output[2]);
            for (int c = 0; c < Input[0]; c++)
            {
                for (int i = 0; i < Kernel; i++)
                {
                    for (int j = 0; j < Kernel; j++)
                    {
                        var (r, q) = (row * Stride - Padding + i, column * Stride - Padding + j);
                        if (r >= 0 && r < Input[1] && q >= 0 && q < Input[2])
                        {
                            y[index] += weight[((channel * Input[0] + c) * Kernel + i) * Kernel + j]
                                * x[(c * Input[1] + r) * Input[2] + q];
                        }
                    }
                }
            }
        }

        return y;
    }

    public override double[] NaiveBias(Func<string, double[]?> parameter)
    {
        var y = new double[Outputs];
        if (parameter(Name + ".bias") is { } bias)
        {
            for (int index = 0; index < y.Length; index++)
            {
                y[index] = bias[index / (Output[1] * Output[2])];
            }
        }

        return y;
    }
}

internal sealed record PoolOperation(string Name, long[] Input, long[] Output, int Kernel, int Stride)
    : AffineOperation(Name, Input, Output)
{
    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter)
    {
        long step = Output[1] * Output[2] == 1 ? 1 + Math.Max(Input[1], Input[2]) : Stride;
        return nn.functional.avg_pool2d(x, [Kernel, Kernel], [step, step]);
    }

    public override double[] Naive(double[] x, Func<string, double[]?> parameter)
    {
        var y = new double[Outputs];
        for (int index = 0; index < y.Length; index++)
        {
            var (channel, row, column) = (index / (Output[1] * Output[2]), index / Output[2] % Output[1], index % Output[2]);
            for (int i = 0; i < Kernel * Kernel; i++)
            {
                var (r, q) = (row * Stride + i / Kernel, column * Stride + i % Kernel);
                y[index] += x[(channel * Input[1] + r) * Input[2] + q] / (Kernel * Kernel);
            }
        }

        return y;
    }
}

/// <summary>Sums of windows; of spikes, where the gradient may be that of their maximum.</summary>
internal sealed record SumOperation(string Name, long[] Input, long[] Output, int Kernel, int Stride, int Padding, bool IsMaximum)
    : AffineOperation(Name, Input, Output)
{
    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter)
    {
        var ones = torch.ones([1, 1, Kernel, Kernel], dtype: x.dtype);
        var single = x.reshape(-1, 1, Input[1], Input[2]);
        var sum = nn.functional.conv2d(single, ones, strides: [Stride, Stride], padding: [Padding, Padding]).reshape([-1, .. Output]);
        if (!IsMaximum || !x.requires_grad)
        {
            return sum;
        }

        var maximum = nn.functional.max_pool2d(x, [Kernel, Kernel], [Stride, Stride], [Padding, Padding]);
        return sum.detach() + maximum - maximum.detach();
    }

    public override double[] Naive(double[] x, Func<string, double[]?> parameter)
    {
        var y = new double[Outputs];
        for (int index = 0; index < y.Length; index++)
        {
            var (channel, row, column) = (index / (Output[1] * Output[2]), index / Output[2] % Output[1], index % Output[2]);
            for (int i = 0; i < Kernel * Kernel; i++)
            {
                var (r, q) = (row * Stride - Padding + i / Kernel, column * Stride - Padding + i % Kernel);
                y[index] += r >= 0 && r < Input[1] && q >= 0 && q < Input[2] ? x[(channel * Input[1] + r) * Input[2] + q] : 0;
            }
        }

        return y;
    }
}

/// <summary>Means of groups of neighbours.</summary>
internal sealed record VotingOperation(string Name, long In, int Size) : AffineOperation(Name, [In], [In / Size])
{
    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter) => x.reshape(x.shape[0], Outputs, Size).mean([2L]);

    public override double[] Naive(double[] x, Func<string, double[]?> parameter) => [.. x.Chunk(Size).Select(group => group.Sum() / Size)];
}

/// <summary>(x - mean) / std, channel by channel, as the float32 numbers that run: x scale + shift.</summary>
internal sealed record NormalizeOperation(string Name, long[] Shape, double[] Scale, double[] Shift) : AffineOperation(Name, Shape, Shape)
{
    public override bool IsBiased => true;

    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter) => x * Constant(Scale, x) + Constant(Shift, x);

    public override double[] Naive(double[] x, Func<string, double[]?> parameter) => [.. x.Select((value, i) => value * Scale[Channel(i)])];

    public override double[] NaiveBias(Func<string, double[]?> parameter) => [.. Enumerable.Range(0, (int)Outputs).Select(i => Shift[Channel(i)])];

    private long Channel(int value) => value / (Inputs / Scale.Length);

    private Tensor Constant(double[] values, Tensor x) => tensor(values, dtype: x.dtype).view([-1, .. Shape.Skip(1).Select(_ => 1L)]);
}

internal sealed record FlattenOperation(string Name, long[] Input, long[] Output) : AffineOperation(Name, Input, Output)
{
    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter) => x.flatten(1);

    public override double[] Naive(double[] x, Func<string, double[]?> parameter) => [.. x];
}
