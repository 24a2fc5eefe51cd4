using CsCheck;
using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Affine maps of all kinds and their chains against explicit matrices, with any leading dimensions.</summary>
public class AffineMapTests
{
    private sealed record Sample(AffineMap Map, AffineOperation[] Operations, Dictionary<string, Tensor> Weights)
    {
        public double[]? Parameter(string name) => Weights.TryGetValue(name, out var weight) ? Values.Of(weight) : null;
    }

    private static readonly Gen<Sample> linear =
        Gen.Select(Gen.Int[1, 6], Gen.Int[1, 6], Gen.Bool).Select((inputs, outputs, bias) => Linear("fc", inputs, outputs, bias));

    private static readonly Gen<Sample> conv =
        from channels in Gen.Int[1, 3]
        from outputs in Gen.Int[1, 3]
        from kernel in Gen.Int[1, 3]
        from stride in Gen.Int[1, 3]
        from padding in Gen.Int[0, 2]
        from height in Gen.Int[3, 7]
        from width in Gen.Int[3, 7]
        from bias in Gen.Bool
        select Conv([channels, height, width], outputs, kernel, stride, padding, bias);

    private static readonly Gen<Axis> axis =
        from kernel in Gen.Int[1, 3]
        from stride in Gen.Int[1, 4]
        from before in Gen.Int[0, 2]
        from after in Gen.Int[0, 2]
        from dilation in Gen.Int[1, 3]
        select new Axis(kernel, stride, before, after, dilation);

    // Both sides in their own way, with groups of channels.
    private static readonly Gen<Sample> window =
        from rows in axis
        from columns in axis
        from groups in Gen.Int[1, 3]
        from channels in Gen.Int[1, 2]
        from outputs in Gen.Int[1, 2]
        from height in Gen.Int[7, 9]
        from width in Gen.Int[7, 9]
        from bias in Gen.Bool
        select Conv([groups * channels, height, width], groups * outputs, rows, columns, groups, bias);

    private static readonly Gen<Sample> pool =
        from channels in Gen.Int[1, 3]
        from kernel in Gen.Int[1, 3]
        from stride in Gen.Int[1, 4]
        from height in Gen.Int[3, 7]
        from width in Gen.Int[3, 7]
        select Pool([channels, height, width], kernel, stride);

    private static readonly Gen<Sample> transposed =
        from channels in Gen.Int[1, 3]
        from outputs in Gen.Int[1, 3]
        from kernel in Gen.Int[1, 4]
        from stride in Gen.Int[1, 3]
        from rest in Gen.Int[0, stride - 1]
        from sizes in Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4])
        from padding in Gen.Int[0, (kernel - 1) / 2]
        from bias in Gen.Bool
        select Transposed([channels, sizes.Item1, sizes.Item2], outputs, kernel, stride, padding, rest, bias);

    private static readonly Gen<Sample> means =
        from channels in Gen.Int[1, 3]
        from sizes in Gen.Select(Gen.Int[1, 7], Gen.Int[1, 7])
        from places in Gen.Select(Gen.Int[1, 8], Gen.Int[1, 8])
        select Means([channels, sizes.Item1, sizes.Item2], places.Item1, places.Item2);

    // Pool, convolution, flattening, two linear layers: what may lie between two spiking layers.
    private static readonly Gen<Sample> chain = Gen.Select(pool, Gen.Int[1, 2], Gen.Int[1, 2], Gen.Int[0, 1], Gen.Bool).Select(
        (first, kernel, stride, padding, bias) =>
        {
            long[] shape = first.Map.OutputShape;
            int fitting = (int)Math.Min(kernel, Math.Min(shape[1], shape[2]));
            var second = Conv(shape, 2, fitting, stride, padding, bias);
            long[] image = second.Map.OutputShape;
            long count = image.Aggregate(1L, (a, b) => a * b);
            var third = Linear("fc1", count, 4, bias);
            var fourth = Linear("fc2", 4, 3, !bias);
            return new Sample(
                new AffineChain(first.Map, second.Map, new FlattenMap(image), third.Map, fourth.Map),
                [.. first.Operations, .. second.Operations, new FlattenOperation("flat", image, [count]), .. third.Operations, .. fourth.Operations],
                new(second.Weights.Concat(third.Weights).Concat(fourth.Weights)));
        });

    // What follows a convolution before fully connected layers.
    private static readonly Gen<Sample> flat = Gen.Select(Gen.Int[1, 3], Gen.Int[1, 3], Gen.Bool).Select((channels, side, bias) =>
    {
        long[] image = [channels, side, side];
        var linear = Linear("fc1", channels * side * side, 4, bias);
        return new Sample(
            new AffineChain(new FlattenMap(image), linear.Map),
            [new FlattenOperation("flat", image, [channels * side * side]), .. linear.Operations], linear.Weights);
    });

    private static readonly Gen<Sample> any = Gen.OneOf(linear, conv, window, transposed, pool, means, chain);

    private static readonly long[][] sizes = [[1], [4], [2, 3], [2, 1, 3], [2, 2, 1, 2]];

    private static readonly Gen<long[]> leading = Gen.Int[0, sizes.Length - 1].Select(i => sizes[i]);

    /// <summary>Steps beyond the padded image are one function: with one place there is nowhere to step to.</summary>
    [Theory, InlineData(11), InlineData(65536), InlineData(int.MaxValue)]
    public void StepsBeyondTheImageAreOneMap(int stride)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        Tensor weight = rand([2, 1, 3, 3], float64) - 0.5, x = rand([4, 1, 9, 7], float64), a = rand([4, 2, 1, 1], float64) - 0.5;
        var map = new Conv2dMap(weight, null, stride, 1, 1, 9, 7);
        Assert.Equal([2L, 1L, 1L], map.OutputShape);
        Assert.Equal(11, map.Down.Stride);
        var seen = x.narrow(2, 0, 2).narrow(3, 0, 2);
        var used = weight.narrow(2, 1, 2).narrow(3, 1, 2);
        Assert.True(map.Apply(x).allclose((seen.unsqueeze(1) * used).sum([2L, 3L, 4L]).view(4, 2, 1, 1)));
        Assert.True(map.PullBack(a).narrow(2, 0, 2).narrow(3, 0, 2).allclose((a.unsqueeze(-1) * used).sum(1)));
        Assert.Equal(0, map.PullBack(a).narrow(2, 2, 7).abs().sum().item<double>());

        var pool = new AvgPool2dMap(3, stride, 1, 9, 7);
        Assert.Equal([1L, 1L, 1L], pool.OutputShape);
        Assert.Equal(9, pool.Down.Stride);
        Assert.True(pool.Apply(x).allclose(x.narrow(2, 0, 3).narrow(3, 0, 3).mean([2L, 3L], keepdim: true)));
        Assert.Equal([4L, 1L, 9L, 7L], pool.PullBack(a.narrow(1, 0, 1)).shape);
    }

    /// <summary>What is no window, or is too large to be addressed, is refused in a sentence, and no sum of its numbers overflows.</summary>
    [Theory]
    [InlineData(3, 1, 1 << 30, "more than the 2147483647 values")]
    [InlineData(3, int.MaxValue, int.MaxValue, "more than the 2147483647 values")]
    [InlineData(12, 1, 1, "does not fit into 1x9x7")]
    [InlineData(3, 0, 1, "a step of at least 1")]
    [InlineData(3, 1, -1, "a padding of at least 0")]
    public void WindowsThatAreNoneAreRefused(int kernel, int stride, int padding, string sentence)
    {
        using var weight = zeros([1, 1, kernel, kernel]);
        Assert.Contains(sentence, Assert.Throws<ArgumentException>(() => new Conv2dMap(weight, null, stride, padding, 1, 9, 7)).Message, StringComparison.Ordinal);
        if (padding == 1)
        {
            Assert.Throws<ArgumentException>(() => new AvgPool2dMap(kernel, stride, 1, 9, 7));
        }
    }

    [Fact]
    public void EqualMatrices() => Gen.Select(any, leading).Sample(
        (sample, sizes) =>
        {
            set_num_threads(1);
            using var scope = NewDisposeScope();
            DenseMap[] dense = [.. sample.Operations.Select(operation => DenseMap.Of(operation, sample.Parameter))];
            var x = rand([.. sizes, .. sample.Map.InputShape], float64) - 0.4;
            var radius = rand_like(x) * 0.3;
            var a = rand([.. sizes, .. sample.Map.OutputShape], float64) - 0.5;
            int rows = (int)sizes.Aggregate(1L, (p, q) => p * q);

            var y = sample.Map.Apply(x);
            var interval = sample.Map.Apply(new Interval(x - radius, x + radius));
            var pulled = sample.Map.PullBack(a);
            var constant = sample.Map.DotBias(a);
            Assert.Equal([.. sizes, .. sample.Map.OutputShape], y.shape);
            Assert.Equal([.. sizes, .. sample.Map.InputShape], pulled.shape);
            Assert.Equal(sizes, constant?.shape ?? sizes);
            for (int row = 0; row < rows; row++)
            {
                double[] lower = Row(x - radius, row, rows), upper = Row(x + radius, row, rows), given = Row(a, row, rows);
                Close(dense.Aggregate(Row(x, row, rows), (value, map) => map.Apply(value)), Row(y, row, rows));
                (lower, upper) = dense.Aggregate((lower, upper), (box, map) => map.Apply(box.lower, box.upper));
                Close(lower, Row(interval.Lower, row, rows));
                Close(upper, Row(interval.Upper, row, rows));
                double bias = 0;
                foreach (var map in dense.Reverse())
                {
                    (given, double part) = map.PullBack(given);
                    bias += part;
                }

                Close(given, Row(pulled, row, rows));
                Close([bias], constant is null ? [0.0] : Row(constant, row, rows));
            }
        },
        iter: 200, threads: 1);

    /// <summary>A row is what the map pulls back of one output, in whatever order rows are asked for.</summary>
    [Fact]
    public void RowsAreTheMatrix() => Gen.OneOf(any, flat).Sample(
        sample =>
        {
            set_num_threads(1);
            using var scope = NewDisposeScope();
            DenseMap[] dense = [.. sample.Operations.Reverse().Select(operation => DenseMap.Of(operation, sample.Parameter))];
            int size = (int)sample.Map.OutputShape.Aggregate(1L, (p, q) => p * q), width = (int)sample.Map.InputShape.Aggregate(1L, (p, q) => p * q);
            int[] outputs = [.. Enumerable.Range(0, size).Where(n => n % 3 != 1).Reverse()], columns = [.. Enumerable.Range(0, width).Select(i => width - 1 - i)];
            columns[0] = -1;
            double[] input = [.. Enumerable.Range(0, width).Select(i => (i % 7) - 2.5)];
            var rows = sample.Map.Rows(outputs, zeros(0, float64)).ToArray();
            Assert.Equal(outputs.Length, rows.Length);
            foreach (var (row, output) in rows.Zip(outputs))
            {
                double[] unit = new double[size], entries = new double[width];
                unit[output] = 1;
                row.CopyTo(columns, entries);
                double[] expected = dense.Aggregate(unit, (given, map) => map.PullBack(given).Item1);
                Close([expected.Zip(input, (weight, value) => weight * value).Sum()], [row.Dot(input)]);
                expected[0] = 0;
                Close([.. expected.Reverse()], entries);
            }
        },
        iter: 100, threads: 1);

    /// <summary>a . (W x + b) = (W' a) . x + a . b.</summary>
    [Fact]
    public void AreAdjoint() => any.Sample(
        sample =>
        {
            set_num_threads(1);
            using var scope = NewDisposeScope();
            var x = rand([3, .. sample.Map.InputShape], float64) - 0.4;
            var a = rand([3, .. sample.Map.OutputShape], float64) - 0.5;
            var left = (a * sample.Map.Apply(x)).flatten(1).sum(1);
            var right = (sample.Map.PullBack(a) * x).flatten(1).sum(1);
            Close(Values.Of(left), Values.Of(sample.Map.DotBias(a) is { } bias ? right + bias : right));
            Close(
                Values.Of(sample.Map.ApplyAbsolute(x.abs())),
                Values.Of(sample.Map.Apply(new Interval(-x.abs(), x.abs())) is var box ? (box.Upper - box.Lower) / 2 : x),
                sample.Map is AffineChain ? 1e-9 : 1e-12);
        },
        iter: 200, threads: 1);

    /// <summary>
    /// Float32 maps do what float64 maps do, with their gradients, on batches: libtorch's own transposed convolutions do not, where channels fill no block of its
    /// vectors.
    /// </summary>
    [Fact]
    public void EqualFloat64() => any.Sample(
        sample =>
        {
            set_num_threads(1);
            using var scope = NewDisposeScope();
            var x = rand([5, 3, .. sample.Map.InputShape], float64) - 0.4;
            var a = rand([5, 3, .. sample.Map.OutputShape], float64) - 0.5;
            Tensor[] On(ScalarType type)
            {
                List<Tensor> learning = [];
                Tensor Leaf(Tensor tensor)
                {
                    learning.Add(tensor.to(type).detach().clone().requires_grad_());
                    return learning[^1];
                }

                var map = sample.Map.With(Leaf);
                var (input, coefficients) = (Leaf(x), Leaf(a));
                var (y, pulled) = (map.Apply(input), map.PullBack(coefficients));
                ((y * a.to(type)).sum() + (pulled * x.to(type)).sum()).backward();
                return [y, pulled, .. learning.Where(tensor => tensor.grad is not null).Select(tensor => tensor.grad!)];
            }

            foreach (var (expected, actual) in On(float64).Zip(On(float32)))
            {
                Close(Values.Of(expected), Values.Of(actual), 1e-4);
            }
        },
        iter: 200, threads: 1);

    private static double[] Row(Tensor tensor, int row, int rows) => Values.Of(tensor.reshape(rows, -1)[row]);

    private static void Close(double[] expected, double[] actual, double tolerance = 1e-12)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.InRange(Math.Abs(pair.First - pair.Second), 0, tolerance));
    }

    private static Sample Linear(string name, long inputs, long outputs, bool bias)
    {
        var weights = Weights(name, bias, outputs, inputs);
        return new(
            new LinearMap(weights[name + ".weight"], weights.GetValueOrDefault(name + ".bias")),
            [new LinearOperation(name, inputs, outputs, bias)],
            weights);
    }

    private static Sample Conv(long[] shape, int outputs, int kernel, int stride, int padding, bool bias)
    {
        var weights = Weights("conv", bias, outputs, shape[0], kernel, kernel);
        var map = new Conv2dMap(weights["conv.weight"], weights.GetValueOrDefault("conv.bias"), stride, padding, shape);
        return new(map, [new ConvOperation("conv", shape, map.OutputShape, Axis.Even(kernel, stride, padding), Axis.Even(kernel, stride, padding), 1, bias)], weights);
    }

    private static Sample Conv(long[] shape, int outputs, Axis rows, Axis columns, int groups, bool bias)
    {
        var weights = Weights("conv", bias, outputs, shape[0] / groups, rows.Kernel, columns.Kernel);
        static Slide Slide(Axis axis) => new(axis.Kernel, axis.Stride, axis.Before, axis.After, axis.Dilation);
        var map = new Conv2dMap(weights["conv.weight"], weights.GetValueOrDefault("conv.bias"), Slide(rows), Slide(columns), shape);
        Assert.Equal([outputs, rows.Places(shape[1]), columns.Places(shape[2])], map.OutputShape);
        return new(map, [new ConvOperation("conv", shape, map.OutputShape, rows, columns, groups, bias)], weights);
    }

    private static Sample Pool(long[] shape, int kernel, int stride)
    {
        var map = new AvgPool2dMap(kernel, stride, shape);
        return new(map, [new PoolOperation("pool", shape, map.OutputShape, Axis.Even(kernel, stride), Axis.Even(kernel, stride))], []);
    }

    private static Sample Transposed(long[] shape, int outputs, int kernel, int stride, int padding, int rest, bool bias)
    {
        var weights = Weights("conv", false, shape[0], outputs, kernel, kernel);
        if (bias)
        {
            weights["conv.bias"] = rand(outputs, float64) - 0.5;
        }

        var map = new ConvTranspose2dMap(weights["conv.weight"], weights.GetValueOrDefault("conv.bias"), stride, padding, rest, shape);
        return new(map, [new TransposedOperation("conv", shape, map.OutputShape, kernel, stride, padding, rest, bias)], weights);
    }

    private static Sample Means(long[] shape, int height, int width)
    {
        var map = new AdaptiveAvgPool2dMap(height, width, shape);
        return new(map, [new AdaptiveOperation("pool", shape, map.OutputShape)], []);
    }

    private static Dictionary<string, Tensor> Weights(string name, bool bias, params long[] shape)
    {
        var weights = new Dictionary<string, Tensor> { [name + ".weight"] = rand(shape, float64) - 0.5 };
        if (bias)
        {
            weights[name + ".bias"] = rand(shape[0], float64) - 0.5;
        }

        return weights;
    }
}
