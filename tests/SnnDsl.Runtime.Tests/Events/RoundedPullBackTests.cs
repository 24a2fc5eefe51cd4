using System.Runtime.Intrinsics.X86;
using SnnDsl.Affine;
using SnnDsl.Events;
using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Events;

/// <summary>
/// Gradients of spikes in bfloat16. Small whole numbers, and sums of them up to 256, are exact there: the product must equal the float32
/// one bit for bit; other numbers must come as near as the rounding of two factors and a sum allows.
/// </summary>
public unsafe class RoundedPullBackTests
{
    private const int Steps = 3;
    private const float Untouched = 12345;

    public static TheoryData<string, int> Maps => new()
    {
        { "linear", 1 }, { "linear", 5 }, { "flattened", 4 }, { "conv", 1 }, { "conv", 7 }, { "wide conv", 3 },
    };

    [Theory, MemberData(nameof(Maps))]
    public void SmallWholeNumbersAreExact(string kind, int samples) => Check(kind, samples, (values, random) =>
    {
        foreach (ref float value in values)
            value = random.Next(8) == 0 ? random.Next(-2, 3) : 0;
    }, (expected, bound, found) => Assert.Equal(expected, found));

    [Theory, MemberData(nameof(Maps))]
    public void OthersAreRounded(string kind, int samples) => Check(kind, samples, (values, random) =>
    {
        foreach (ref float value in values)
            value = random.NextSingle() - 0.5f;
    }, (expected, bound, found) =>
    {
        // Two factors and the products of each output, rounded to 8 bits.
        Assert.True(Math.Abs(expected - found) <= 4 * bound / 256, $"{found} instead of {expected}");
    });

    [Fact]
    public void RoundingIsTorchs()
    {
        uint[] special =
        [
            0, 0x80000000, 0x7F800000, 0xFF800000, 0x7FC00000, 0xFFC00001, 0x7F800001, 0x7FFFFFFF, 0x7F7FFFFF, 1, 0x3F808000, 0x3F818000,
            0x3F808001, 0x3F817FFF, 0x3F80FFFF,
        ];
        var random = new Random(3);
        float[] values = [.. special.Concat(Enumerable.Range(0, 1000).Select(_ => (uint)random.NextInt64(1L << 32))).Select(BitConverter.UInt32BitsToSingle)];
        using var scope = NewDisposeScope();
        float[] expected = [.. tensor(values).bfloat16().@float().data<float>()];
        ushort[] halves = new ushort[values.Length];
        fixed (float* from = values)
        fixed (ushort* to = halves)
        {
            BFloat16s.Round(from, to, values.Length);
            for (int i = 0; i < values.Length; i++)
            {
                float found = BFloat16s.Wide(to[i]);
                Assert.True(float.IsNaN(values[i]) ? float.IsNaN(found) : found.Equals(expected[i]), $"{values[i]} became {found}");
                if (i + 16 <= values.Length)
                    Assert.Equal(found, BFloat16s.Load(to + i)[0]);
            }
        }
    }

    [Theory]
    [InlineData(128, 0), InlineData(128, 1), InlineData(128, 77), InlineData(384, 20)]
    public void RowsAreAddedInFloat32(int length, int count)
    {
        if (!BFloat16s.AddsRows(length))
        {
            Assert.False(Avx512F.IsSupported);
            return;
        }

        const int rows = 50;
        var random = new Random(length + count);
        Guarded<float> wide = new([.. Enumerable.Range(0, rows * length).Select(_ => random.NextSingle() - 0.5f)], Untouched);
        Guarded<ushort> halves = new(rows * length, 0x4000);
        BFloat16s.Round(wide.Address, halves.Address, rows * length);
        Guarded<int> offsets = new([.. Enumerable.Range(0, count).Select(_ => random.Next(rows) * length)], 1);
        Guarded<float> sums = new([.. Enumerable.Range(0, length).Select(i => (float)i)], Untouched);
        BFloat16s.AddRows(halves.Address, offsets.Address, count, sums.Address, length);
        float[] found = sums.Checked();
        ushort[] given = halves.Checked();
        for (int i = 0; i < length; i++)
        {
            float expected = 0;
            foreach (int offset in offsets.Values)
                expected += BFloat16s.Wide(given[offset + i]);
            Assert.Equal(i + expected, found[i]);
        }

        Guarded.Release();
    }

    [Fact]
    public void ShortSumsAreNotRounded()
    {
        Assert.True(RoundedPullBack.Pays(new LinearEventMap(1, 5, 32)));
        Assert.False(RoundedPullBack.Pays(new LinearEventMap(1, 500, 31)));
        Assert.True(RoundedPullBack.Pays(new ConvEventMap(3, 32, Window.Over(3, 2, 1, [3, 6, 5]))));
        Assert.False(RoundedPullBack.Pays(new ConvEventMap(3, 31, Window.Over(3, 2, 1, [3, 60, 50]))));
    }

    private delegate void Filling(Span<float> values, Random random);

    private static void Check(string kind, int samples, Filling fill, Action<float, float, float> compare)
    {
        using var scope = NewDisposeScope();
        var random = new Random(11);
        EventMap map = kind switch
        {
            "linear" => new LinearEventMap(1, 37, 19),
            "flattened" => new LinearEventMap(6, 5, 11),
            "conv" => new ConvEventMap(3, 7, Window.Over(3, 2, 1, [3, 6, 5])),
            _ => new ConvEventMap(35, 18, Window.Over(3, 1, 1, [35, 4, 4])),
        };
        float[] weights = new float[map.Weights];
        float[] gradients = new float[samples * Steps * map.Outputs];
        fill(weights, random);
        fill(gradients, random);
        using var weight = kind.Contains("conv", StringComparison.Ordinal)
            ? tensor(weights, [map.OutputChannels, map.Channels, 3, 3])
            : tensor(weights, [map.Outputs, map.Inputs]);
        var pair = new EventPair(null!, map, weight, null, Steps, Constant: false);
        using var rounded = new RoundedPullBack(pair, samples);
        var packed = new Guarded<float>(weights, Untouched);
        map.PackByOutput((float*)TensorMemory.Address(weight), packed.Address);
        var absolute = new Guarded<float>([.. packed.Checked().Select(MathF.Abs)], Untouched);
        var dy = new Guarded<float>(gradients, Untouched);
        var sizes = new Guarded<float>([.. gradients.Select(MathF.Abs)], Untouched);
        int count = Steps * map.Inputs;
        var (expected, bound) = (new Guarded<float>(samples * count, Untouched), new Guarded<float>(samples * count, Untouched));
        map.PullBack(packed.Address, dy.Address, expected.Address, samples * Steps);
        map.PullBack(absolute.Address, sizes.Address, bound.Address, samples * Steps);
        var (exact, sum) = (expected.Checked(), bound.Checked());
        int[] backwards = [.. Enumerable.Range(0, samples).Reverse()];
        for (int first = 0; first < samples; first += rounded.Together)
        {
            int together = Math.Min(rounded.Together, samples - first);
            rounded.Multiply(dy.Address, backwards.AsMemory(first, together));
            for (int sample = 0; sample < together; sample++)
            {
                var collected = new Guarded<float>(count, Untouched);
                rounded.Collect(sample, collected.Address);
                float[] found = collected.Checked();
                long at = (long)backwards[first + sample] * count;
                for (int i = 0; i < count; i++)
                    compare(exact[at + i], sum[at + i], found[i]);
            }
        }

        Guarded.Release();
    }
}
