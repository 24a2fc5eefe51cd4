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

/// <summary>A convolution: each group of output channels sees one group of input channels.</summary>
internal sealed record ConvOperation(string Name, long[] Input, long[] Output, Axis Rows, Axis Columns, long Groups, bool HasBias)
    : AffineOperation(Name, Input, Output)
{
    public override bool IsBiased => HasBias;

    // The zeros are written out; where there is one place, torch is not asked about steps that its sums overflow with.
    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter) => nn.functional.conv2d(
        nn.functional.pad(x, [Columns.Before, Columns.After, Rows.Before, Rows.After]), Kernels(parameter(Name + ".weight")!), parameter(Name + ".bias"),
        strides: [Rows.Step(Input[1]), Columns.Step(Input[2])], dilation: [Rows.Dilation, Columns.Dilation], groups: Groups);

    public override double[] Naive(double[] x, Func<string, double[]?> parameter)
    {
        double[] weight = parameter(Name + ".weight")!;
        var y = new double[Outputs];
        long inputs = Input[0] / Groups, outputs = Output[0] / Groups;
        for (int index = 0; index < y.Length; index++)
        {
            var (channel, row, column) = (index / (Output[1] * Output[2]), index / Output[2] % Output[1], index % Output[2]);
            for (long c = 0; c < inputs; c++)
            {
                foreach (var (i, r) in Rows.Seen(row, Input[1]))
                {
                    foreach (var (j, q) in Columns.Seen(column, Input[2]))
                    {
                        y[index] += weight[((channel * inputs + c) * Rows.Kernel + i) * Columns.Kernel + j]
                            * x[((channel / outputs * inputs + c) * Input[1] + r) * Input[2] + q];
                    }
                }
            }
        }

        return y;
    }

    public override double[] NaiveBias(Func<string, double[]?> parameter) => parameter(Name + ".bias") is { } bias
        ? [.. Enumerable.Range(0, (int)Outputs).Select(index => bias[index / (Output[1] * Output[2])])]
        : new double[Outputs];

    // Of a convolution along one side the weight has one dimension less.
    private static Tensor Kernels(Tensor weight) => weight.dim() == 3 ? weight.unsqueeze(2) : weight;
}

/// <summary>A transposed convolution: each value adds the kernel to the places that it reaches.</summary>
internal sealed record TransposedOperation(string Name, long[] Input, long[] Output, int Kernel, int Stride, int Padding, int OutputPadding, bool HasBias)
    : AffineOperation(Name, Input, Output)
{
    public override bool IsBiased => HasBias;

    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter) => nn.functional.conv_transpose2d(
        x, parameter(Name + ".weight")!, parameter(Name + ".bias"), strides: [Stride, Stride], padding: [Padding, Padding],
        output_padding: [OutputPadding, OutputPadding]);

    public override double[] Naive(double[] x, Func<string, double[]?> parameter)
    {
        double[] weight = parameter(Name + ".weight")!;
        var y = new double[Outputs];
        for (int index = 0; index < x.Length; index++)
        {
            var (channel, row, column) = (index / (Input[1] * Input[2]), index / Input[2] % Input[1], index % Input[2]);
            for (int o = 0; o < Output[0]; o++)
            {
                for (int tap = 0; tap < Kernel * Kernel; tap++)
                {
                    var (r, q) = (row * Stride - Padding + tap / Kernel, column * Stride - Padding + tap % Kernel);
                    if (r >= 0 && r < Output[1] && q >= 0 && q < Output[2])
                    {
                        y[(o * Output[1] + r) * Output[2] + q] += weight[(channel * Output[0] + o) * Kernel * Kernel + tap] * x[index];
                    }
                }
            }
        }

        return y;
    }

    public override double[] NaiveBias(Func<string, double[]?> parameter) => parameter(Name + ".bias") is { } bias
        ? [.. Enumerable.Range(0, (int)Outputs).Select(index => bias[index / (Output[1] * Output[2])])]
        : new double[Outputs];
}

internal sealed record PoolOperation(string Name, long[] Input, long[] Output, Axis Rows, Axis Columns)
    : AffineOperation(Name, Input, Output)
{
    public long Area => Rows.Kernel * Columns.Kernel;

    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter) =>
        nn.functional.avg_pool2d(x, [Rows.Kernel, Columns.Kernel], [Rows.Step(Input[1]), Columns.Step(Input[2])]);

    public override double[] Naive(double[] x, Func<string, double[]?> parameter) => [.. Axis.Sums(x, Input, Output, Rows, Columns).Select(sum => sum / Area)];
}

/// <summary>Means of windows that divide an image, of different sizes where their number does not divide the image's.</summary>
internal sealed record AdaptiveOperation(string Name, long[] Input, long[] Output) : AffineOperation(Name, Input, Output)
{
    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter) => nn.functional.adaptive_avg_pool2d(x, [Output[1], Output[2]]);

    public override double[] Naive(double[] x, Func<string, double[]?> parameter)
    {
        var y = new double[Outputs];
        for (int index = 0; index < y.Length; index++)
        {
            var (channel, row, column) = (index / (Output[1] * Output[2]), index / Output[2] % Output[1], index % Output[2]);
            var (top, bottom) = Section(row, Input[1], Output[1]);
            var (left, right) = Section(column, Input[2], Output[2]);
            for (long r = top; r < bottom; r++)
            {
                for (long q = left; q < right; q++)
                {
                    y[index] += x[(channel * Input[1] + r) * Input[2] + q] / ((bottom - top) * (right - left));
                }
            }
        }

        return y;
    }

    private static (long From, long To) Section(long place, long size, long places) =>
        ((long)Math.Floor(place * (double)size / places), (long)Math.Ceiling((place + 1) * (double)size / places));
}

/// <summary>Sums of windows; of spikes, where the gradient may be that of their maximum.</summary>
internal sealed record SumOperation(string Name, long[] Input, long[] Output, Axis Rows, Axis Columns, bool IsMaximum)
    : AffineOperation(Name, Input, Output)
{
    public override Tensor Run(Tensor x, Func<string, Tensor?> parameter)
    {
        long[] strides = [Rows.Stride, Columns.Stride], paddings = [Rows.Before, Columns.Before];
        var ones = torch.ones([1, 1, Rows.Kernel, Columns.Kernel], dtype: x.dtype);
        var single = x.reshape(-1, 1, Input[1], Input[2]);
        var sum = nn.functional.conv2d(single, ones, strides: strides, padding: paddings).reshape([-1, .. Output]);
        if (!IsMaximum || !x.requires_grad)
        {
            return sum;
        }

        var maximum = nn.functional.max_pool2d(x, [Rows.Kernel, Columns.Kernel], strides, paddings);
        return sum.detach() + maximum - maximum.detach();
    }

    public override double[] Naive(double[] x, Func<string, double[]?> parameter) => Axis.Sums(x, Input, Output, Rows, Columns);
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
