using CsCheck;
using SnnDsl.Affine;
using SnnDsl.Events;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace SnnDsl.Runtime.Tests.Events;

/// <summary>
/// The event-driven convolution against torch's dense one in float64. All numbers lie on a coarse dyadic grid, so that every sum is exact
/// in float32 too and the results must be equal bit for bit, whatever the order of the summation.
/// </summary>
public unsafe class ConvEventMapTests
{
    private const float Untouched = 12345;

    private static readonly Gen<Setting> settings =
        (from input in OneOf(1, 3, 10, 16, 64, 65, 80, 130)
         from output in OneOf(1, 3, 10, 16, 64, 65, 96, 130, 192)
         from kernel in Gen.Int[1, 5]
         from stride in Gen.Int[1, 3]
         from padding in Gen.Int[0, 2]
         from height in Gen.Int[1, 6]
         from width in Gen.Int[1, 6]
         from rows in Gen.Int[1, 4]
         from density in OneOf(0, 0.1, 0.5, 1)
         from seed in Gen.Int
         select new Setting(input, height, width, output, kernel, stride, padding, rows, density, seed))
        .Where(s => Math.Min(s.Height, s.Width) + 2 * s.Padding >= s.Kernel);

    // The convolution that the speed is made for; a tile of weight gradients and a chunk of products are smaller than its rows.
    private static readonly Setting large = new(64, 14, 14, 128, 3, 2, 1, 13, 0.1, 7);

    [Fact]
    public void PackedWeightsLieAsDocumentedAndComeBack() => Check(c =>
    {
        var (byInput, byOutput) = (c.PackedByInput(), c.PackedByOutput());
        Assert.Equal(Floats(c.Weight.permute(2, 3, 1, 0)), byInput.Checked());
        Assert.Equal(Floats(c.Weight.permute(0, 2, 3, 1)), byOutput.Checked());
        Guarded<float> first = new((int)c.Map.Weights, Untouched), second = new((int)c.Map.Weights, Untouched);
        c.Map.UnpackByInput(byInput.Address, first.Address);
        c.Map.UnpackByOutput(byOutput.Address, second.Address);
        Assert.Equal(Floats(c.Weight), first.Checked());
        Assert.Equal(Floats(c.Weight), second.Checked());
    });

    [Fact]
    public void ApplyIsTheConvolution() => Check(c =>
    {
        Tensor spikes = c.Spikes(c.Setting.Density), bias = c.Grid(c.Setting.Outputs);
        foreach (Tensor? b in new[] { bias, null })
        {
            Guarded<float> y = new(c.Setting.Rows * c.Map.Outputs, Untouched), flat = new(Floats(bias), Untouched);
            int from = c.Setting.Rows / 3;
            c.Map.Apply(
                c.PackedByInput().Address, b is null ? null : flat.Address, c.Bits(spikes).Address, y.Address, from, c.Setting.Rows);
            float[] expected = ChannelsLast(c.Convolve(spikes, c.Weight, b));
            Array.Fill(expected, Untouched, 0, from * c.Map.Outputs);
            Assert.Equal(expected, y.Checked());
        }
    });

    [Fact]
    public void IntervalsAreExact() => Check(c =>
    {
        Tensor certain = c.Spikes(c.Setting.Density), open = c.Spikes(0.3) * (1 - certain), bias = c.Grid(c.Setting.Outputs);
        foreach (Tensor? b in new[] { bias, null })
        {
            int count = c.Setting.Rows * c.Map.Outputs, to = (c.Setting.Rows + 1) / 2;
            Guarded<float> lower = new(count, Untouched), upper = new(count, Untouched), flat = new(Floats(bias), Untouched);
            c.Map.ApplyIntervals(
                c.PackedByInput().Address, b is null ? null : flat.Address, c.Bits(certain).Address, c.Bits(open).Address, lower.Address,
                upper.Address, 0, to);
            Tensor middle = c.Convolve(certain, c.Weight, b);
            float[] expectedLower = ChannelsLast(middle + c.Convolve(open, c.Weight.clamp_max(0), null));
            float[] expectedUpper = ChannelsLast(middle + c.Convolve(open, c.Weight.clamp_min(0), null));
            expectedLower.AsSpan(to * c.Map.Outputs).Fill(Untouched);
            expectedUpper.AsSpan(to * c.Map.Outputs).Fill(Untouched);
            Assert.Equal(expectedLower, lower.Checked());
            Assert.Equal(expectedUpper, upper.Checked());
        }
    });

    // Gradients that are mostly zeros are added one by one, others row by row: which, each tile decides for itself.
    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.03, 0.03)]
    [InlineData(1, 0.03)]
    [InlineData(0.03, 1)]
    [InlineData(0, 0)]
    public void WeightGradientIsAutograds(double firstShare, double lastShare) => Check(c =>
    {
        Tensor spikes = c.Spikes(c.Setting.Density), before = c.Grid(c.Weight.shape);
        Tensor gradient = c.OutputGrid() * cat([.. Enumerable.Range(0, c.Setting.Rows).Select(row => c.OutputBits(row < 10 ? firstShare : lastShare))]);
        Tensor weight = c.Weight.detach().requires_grad_();
        c.Convolve(spikes, weight, null).backward([gradient]);
        // Numbers of the grid are exact in bfloat16.
        foreach (var (parts, rounds) in new[] { (1, false), (2, false), (3, false), (1, true), (2, true) })
        {
            Guarded<float> sums = new(Floats(before.permute(2, 3, 1, 0)), Untouched);
            Guarded<float> y = new(ChannelsLast(gradient), Untouched);
            foreach (int part in Enumerable.Range(0, parts).Reverse())
                c.Map.AddWeightGradient(c.Bits(spikes).Address, y.Address, sums.Address, c.Setting.Rows, part, parts, rounds);
            Assert.Equal(Floats((before + weight.grad!).permute(2, 3, 1, 0)), sums.Checked());
        }
    });

    [Fact]
    public void IntervalWeightGradientIsAutograds() => Check(c =>
    {
        Tensor certain = c.Spikes(c.Setting.Density), open = c.Spikes(0.3) * (1 - certain), before = c.Grid(c.Weight.shape);
        Tensor lowerGradient = c.OutputGrid(), upperGradient = c.OutputGrid();
        Tensor weight = c.Weight.detach().requires_grad_();
        Tensor centre = c.Convolve(certain + open / 2, weight, null), radius = c.Convolve(open / 2, weight.abs(), null);
        autograd.backward([centre - radius, centre + radius], [lowerGradient, upperGradient]);
        foreach (int parts in new[] { 1, 2, 3 })
        {
            Guarded<float> sums = new(Floats(before.permute(2, 3, 1, 0)), Untouched);
            Guarded<float> lower = new(ChannelsLast(lowerGradient), Untouched), upper = new(ChannelsLast(upperGradient), Untouched);
            foreach (int part in Enumerable.Range(0, parts))
            {
                c.Map.AddIntervalWeightGradient(
                    c.PackedByInput().Address, c.Bits(certain).Address, c.Bits(open).Address, lower.Address, upper.Address, sums.Address,
                    c.Setting.Rows, part, parts);
            }

            Assert.Equal(Floats((before + weight.grad!).permute(2, 3, 1, 0)), sums.Checked());
        }
    });

    [Fact]
    public void PullBackIsTheTransposedConvolution() => Check(c =>
    {
        Tensor gradient = c.OutputGrid();
        Guarded<float> x = new(c.Setting.Rows * c.Map.Inputs, Untouched), y = new(ChannelsLast(gradient), Untouched);
        c.Map.PullBack(c.PackedByOutput().Address, y.Address, x.Address, c.Setting.Rows);
        Assert.Equal(ChannelsLast(c.Transpose(gradient)), x.Checked());
    });

    [Fact]
    public void LiveRowsAreTheTransposedConvolutionAndItsGradient() => Check(c =>
    {
        // The rows of the setting are those of one sample: the same outputs are live in all of them; a gap lies between two rows.
        Tensor live = c.OutputBits(c.Setting.Density), values = (c.OutputGrid() * live).detach().requires_grad_();
        Tensor weight = c.Weight.detach().requires_grad_(), gradient = c.Grid(c.Setting.Rows, c.Setting.Inputs, c.Setting.Height, c.Setting.Width);
        Tensor before = c.Grid(c.Weight.shape), result = c.Transpose(values, weight);
        result.backward([gradient]);
        const int gap = 5;
        int coefficientStride = c.Map.Outputs + gap, resultStride = c.Map.Inputs + gap, rows = c.Setting.Rows;

        // What is not live must not be read.
        float[] a = ChannelsLast(values.masked_fill(live.expand_as(values) == 0, double.NaN));
        Guarded<float> coefficients = Spread(a, rows, gap), gradients = Spread(a, rows, gap);
        Guarded<float> results = Spread(new float[rows * c.Map.Inputs], rows, gap), resultGradients = Spread(ChannelsLast(gradient), rows, gap);
        Guarded<float> byOutput = c.PackedByOutput(), sums = new(Floats(before.permute(0, 2, 3, 1)), Untouched);
        ulong* bits = c.Bits(live).Address;
        c.Map.PullBackLive(byOutput.Address, bits, coefficients.Address, coefficientStride, results.Address, resultStride, rows);
        c.Map.PullBackLiveGradient(
            byOutput.Address, bits, coefficients.Address, gradients.Address, coefficientStride, resultGradients.Address, resultStride,
            rows, sums.Address);

        Assert.Equal(Spread(ChannelsLast(result), rows, gap).Checked(), results.Checked());
        Assert.Equal(Spread(ChannelsLast(values.grad! * live), rows, gap).Checked(), gradients.Checked());
        Assert.Equal(Floats((before + weight.grad!).permute(0, 2, 3, 1)), sums.Checked());
    });

    private static void Check(Action<Case> body)
    {
        set_num_threads(1);
        Run(large);
        settings.Sample(Run, iter: 25, threads: 1);

        void Run(Setting setting)
        {
            using var scope = NewDisposeScope();
            body(new Case(setting));
            Guarded.Release();
        }
    }

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static float[] Floats(Tensor tensor) => tensor.detach().to(ScalarType.Float32).contiguous().data<float>().ToArray();

    private static float[] ChannelsLast(Tensor tensor) => Floats(tensor.permute(0, 2, 3, 1));

    private static Guarded<float> Spread(float[] values, int rows, int gap)
    {
        int size = values.Length / rows;
        Guarded<float> spread = new(rows * (size + gap), Untouched);
        for (int row = 0; row < rows; row++)
            values.AsSpan(row * size, size).CopyTo(spread.Values[(row * (size + gap))..]);
        return spread;
    }

    private sealed record Setting(
        int Inputs, int Height, int Width, int Outputs, int Kernel, int Stride, int Padding, int Rows, double Density, int Seed);

    private sealed class Case
    {
        private readonly Random random;

        public Case(Setting setting)
        {
            Setting = setting;
            random = new Random(setting.Seed);
            Map = new ConvEventMap(
                setting.Inputs, setting.Outputs, Window.Over(setting.Kernel, setting.Stride, setting.Padding, [setting.Inputs, setting.Height, setting.Width]));
            Weight = Grid(setting.Outputs, setting.Inputs, setting.Kernel, setting.Kernel);
        }

        public Setting Setting { get; }

        public ConvEventMap Map { get; }

        /// <summary>[outputs, inputs, kernel, kernel], zeros among them.</summary>
        public Tensor Weight { get; }

        /// <summary>Multiples of 1/8 in [-1, 1].</summary>
        public Tensor Grid(params long[] shape)
        {
            long count = shape.Aggregate((a, b) => a * b);
            return tensor(Enumerable.Range(0, (int)count).Select(_ => random.Next(-8, 9) / 8.0).ToArray()).reshape(shape);
        }

        public Tensor OutputGrid()
        {
            using Tensor y = Convolve(Spikes(0), Weight, null);
            return Grid(y.shape);
        }

        /// <summary>0 or 1, [rows, channels, height, width].</summary>
        public Tensor Spikes(double density) => Flags(density, Setting.Rows, Setting.Inputs, Setting.Height, Setting.Width);

        /// <summary>0 or 1, [1, output channels, output height, output width].</summary>
        public Tensor OutputBits(double density) => Flags(density, [1, .. OutputGrid().shape[1..]]);

        public Tensor Convolve(Tensor x, Tensor weight, Tensor? bias) => F.conv2d(
            x, weight, bias, strides: [Setting.Stride, Setting.Stride], padding: [Setting.Padding, Setting.Padding]);

        public Tensor Transpose(Tensor y, Tensor? weight = null)
        {
            long[] missing = [.. new[] { Setting.Height, Setting.Width }.Select((extent, i) =>
                extent - ((y.shape[2 + i] - 1) * Setting.Stride - 2 * Setting.Padding + Setting.Kernel))];
            return F.conv_transpose2d(
                y, weight ?? Weight, strides: [Setting.Stride, Setting.Stride], padding: [Setting.Padding, Setting.Padding],
                output_padding: missing);
        }

        public Guarded<float> PackedByInput()
        {
            Guarded<float> packed = new((int)Map.Weights, Untouched), weight = new(Floats(Weight), Untouched);
            Map.PackByInput(weight.Address, packed.Address);
            return packed;
        }

        public Guarded<float> PackedByOutput()
        {
            Guarded<float> packed = new((int)Map.Weights, Untouched), weight = new(Floats(Weight), Untouched);
            Map.PackByOutput(weight.Address, packed.Address);
            return packed;
        }

        /// <summary>[rows, channels, height, width] as bits, channels last.</summary>
        public Guarded<ulong> Bits(Tensor flags)
        {
            float[] values = ChannelsLast(flags);
            int channels = (int)flags.shape[1], words = (channels + 63) / 64;
            var bits = new ulong[values.Length / channels * words];
            for (int i = 0; i < values.Length; i++)
                bits[i / channels * words + i % channels / 64] |= values[i] != 0 ? 1UL << i % channels % 64 : 0;
            return new(bits, ulong.MaxValue);
        }

        private Tensor Flags(double density, params long[] shape)
        {
            long count = shape.Aggregate((a, b) => a * b);
            return tensor(Enumerable.Range(0, (int)count).Select(_ => random.NextDouble() < density ? 1.0 : 0.0).ToArray()).reshape(shape);
        }
    }
}
