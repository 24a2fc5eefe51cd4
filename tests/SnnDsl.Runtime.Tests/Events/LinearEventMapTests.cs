using CsCheck;
using SnnDsl.Events;

namespace SnnDsl.Runtime.Tests.Events;

/// <summary>
/// The event-driven fully connected layer against sums written out in float64. Numbers lie on a coarse dyadic grid, so every sum is exact
/// in float32 too: results are equal bit for bit, whether spikes are few (and their weights are added) or many (a matrix product).
/// </summary>
public unsafe class LinearEventMapTests
{
    private const float Untouched = 12345;

    private static readonly Gen<Setting> settings =
        from places in OneOf(1, 1, 4, 6)
        from channels in OneOf(1, 10, 16, 64, 65, 130)
        from outputs in OneOf(1, 3, 16, 33, 64, 130, 256)
        from rows in OneOf(1, 3, 70)
        from density in OneOf(0.0, 0.1, 0.3, 0.6, 1.0)
        from seed in Gen.Int
        select new Setting(places, channels, outputs, rows, density, seed);

    [Fact]
    public void WeightsComeBackFromBothOrders() => Check(c =>
    {
        var first = new Guarded<float>(c.Weight.Length, Untouched);
        var second = new Guarded<float>(c.Weight.Length, Untouched);
        c.Map.UnpackByInput(c.ByInput.Address, first.Address);
        c.Map.UnpackByOutput(c.ByOutput.Address, second.Address);
        Assert.Equal(c.Weight, first.Checked());
        Assert.Equal(c.Weight, second.Checked());
    });

    [Fact]
    public void SpikesAddTheirWeights() => Check(c =>
    {
        var spikes = c.Draw(c.Setting.Density);
        var outputs = new Guarded<float>(c.Setting.Rows * c.Setting.Outputs, Untouched);
        int from = c.Setting.Rows / 3;
        c.Map.Apply(c.ByInput.Address, c.Bias.Address, c.Bits(spikes).Address, outputs.Address, from, c.Setting.Rows);
        Assert.Equal(
            c.Outputs((row, o) => row < from ? Untouched : c.Bias.Values[o] + c.Sum(i => spikes[row, i] ? c.W(o, i) : 0)), outputs.Checked());
    });

    [Fact]
    public void OpenSpikesWidenTheBoundsExactly() => Check(c =>
    {
        var (certain, open) = c.DrawTwo();
        var lower = new Guarded<float>(c.Setting.Rows * c.Setting.Outputs, Untouched);
        var upper = new Guarded<float>(c.Setting.Rows * c.Setting.Outputs, Untouched);
        c.Map.ApplyIntervals(
            c.ByInput.Address, null, c.Bits(certain).Address, c.Bits(open).Address, lower.Address, upper.Address, 0, c.Setting.Rows);
        Assert.Equal(
            c.Outputs((row, o) => c.Sum(i => certain[row, i] ? c.W(o, i) : open[row, i] ? Math.Min(c.W(o, i), 0) : 0)), lower.Checked());
        Assert.Equal(
            c.Outputs((row, o) => c.Sum(i => certain[row, i] ? c.W(o, i) : open[row, i] ? Math.Max(c.W(o, i), 0) : 0)), upper.Checked());
    });

    [Fact]
    public void WeightGradientsAreSumsOverRows() => Check(c =>
    {
        var spikes = c.Draw(c.Setting.Density);
        var gradients = c.Rows(c.Setting.Outputs);
        foreach (int parts in new[] { 1, 3 })
        {
            var sums = new Guarded<float>([.. Enumerable.Repeat(0.5f, c.Weight.Length)], Untouched);
            for (int part = 0; part < parts; part++)
            {
                c.Map.AddWeightGradient(c.Bits(spikes).Address, gradients.Address, sums.Address, c.Setting.Rows, part, parts, rounds: false);
            }

            Assert.Equal(
                c.Weights((i, o) => 0.5 + c.OverRows(row => spikes[row, i] ? gradients.Values[row * c.Setting.Outputs + o] : 0)), sums.Checked());
        }
    });

    [Fact]
    public void IntervalWeightGradientsFollowTheWeightsSign() => Check(c =>
    {
        var (certain, open) = c.DrawTwo();
        var (lower, upper) = (c.Rows(c.Setting.Outputs), c.Rows(c.Setting.Outputs));
        foreach (int parts in new[] { 1, 2 })
        {
            var sums = new Guarded<float>(new float[c.Weight.Length], Untouched);
            for (int part = 0; part < parts; part++)
            {
                c.Map.AddIntervalWeightGradient(
                    c.ByInput.Address, c.Bits(certain).Address, c.Bits(open).Address, lower.Address, upper.Address, sums.Address,
                    c.Setting.Rows, part, parts);
            }

            Assert.Equal(
                c.Weights((i, o) => c.OverRows(row =>
                {
                    double l = lower.Values[row * c.Setting.Outputs + o];
                    double u = upper.Values[row * c.Setting.Outputs + o];
                    return certain[row, i] ? l + u : !open[row, i] ? 0 : c.W(o, i) > 0 ? u : c.W(o, i) < 0 ? l : (l + u) / 2;
                })),
                sums.Checked());
        }
    });

    [Fact]
    public void CoefficientsPullBackDenseAndLive() => Check(c =>
    {
        var (s, rows) = (c.Setting, c.Setting.Rows);
        bool[] live = [.. Enumerable.Range(0, s.Outputs).Select(_ => c.Random.NextDouble() < s.Density)];
        var a = c.Rows(s.Outputs);
        for (int i = 0; i < rows * s.Outputs; i++)
        {
            a.Values[i] = live[i % s.Outputs] ? a.Values[i] : 0;
        }

        var words = new Guarded<ulong>(c.Map.OutputWords, 77);
        words.Values.Clear();
        for (int o = 0; o < s.Outputs; o++)
        {
            words.Values[o / 64] |= (live[o] ? 1UL : 0) << o % 64;
        }

        var given = c.Rows(c.Map.Inputs);
        var (dense, few) = (new Guarded<float>(rows * c.Map.Inputs, Untouched), new Guarded<float>(rows * c.Map.Inputs, Untouched));
        c.Map.PullBack(c.ByOutput.Address, a.Address, dense.Address, rows);
        c.Map.PullBackLive(c.ByOutput.Address, words.Address, a.Address, s.Outputs, few.Address, c.Map.Inputs, rows);
        float[] expected = [.. from row in Enumerable.Range(0, rows) from i in Enumerable.Range(0, c.Map.Inputs)
            select (float)Enumerable.Range(0, s.Outputs).Sum(o => (double)a.Values[row * s.Outputs + o] * c.W(o, i))];
        Assert.Equal(expected, dense.Checked());
        Assert.Equal(expected, few.Checked());

        float[] da = c.Outputs((row, o) => c.Sum(i => given.Values[row * c.Map.Inputs + i] * c.W(o, i)));
        float[] dw = [.. from o in Enumerable.Range(0, s.Outputs) from i in Enumerable.Range(0, c.Map.Inputs)
            select (float)c.OverRows(row => (double)a.Values[row * s.Outputs + o] * given.Values[row * c.Map.Inputs + i])];
        var gradients = new Guarded<float>(rows * s.Outputs, Untouched);
        var weights = new Guarded<float>(new float[c.Weight.Length], Untouched);
        c.Map.PullBackGradient(c.ByOutput.Address, a.Address, gradients.Address, given.Address, rows, weights.Address);
        Assert.Equal(da, gradients.Checked());
        Assert.Equal(dw, weights.Checked());

        weights = new(new float[c.Weight.Length], Untouched);
        c.Map.PullBackLiveGradient(
            c.ByOutput.Address, words.Address, a.Address, gradients.Address, s.Outputs, given.Address, c.Map.Inputs, rows, weights.Address);
        Assert.Equal(da.Select((value, i) => live[i % s.Outputs] ? value : 0), gradients.Checked());
        Assert.Equal(dw, weights.Checked());
    });

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static void Check(Action<Case> property) => settings.Sample(
        setting =>
        {
            try
            {
                property(new Case(setting));
            }
            finally
            {
                Guarded.Release();
            }
        },
        iter: 40, threads: 1);

    private sealed record Setting(int Places, int Channels, int Outputs, int Rows, double Density, int Seed);

    private sealed class Case
    {
        public Case(Setting setting)
        {
            Setting = setting;
            Random = new(setting.Seed);
            Map = new(setting.Places, setting.Channels, setting.Outputs);
            Weight = [.. Enumerable.Range(0, (int)Map.Weights).Select(_ => Grid())];
            Bias = new([.. Enumerable.Range(0, setting.Outputs).Select(_ => Grid())], Untouched);
            ByInput = new(Weight.Length, Untouched);
            ByOutput = new(Weight.Length, Untouched);
            var weight = new Guarded<float>(Weight, Untouched);
            Map.PackByInput(weight.Address, ByInput.Address);
            Map.PackByOutput(weight.Address, ByOutput.Address);
        }

        public Setting Setting { get; }

        public Random Random { get; }

        public LinearEventMap Map { get; }

        public float[] Weight { get; }

        public Guarded<float> Bias { get; }

        public Guarded<float> ByInput { get; }

        public Guarded<float> ByOutput { get; }

        /// <summary>The weight of the neuron at event position i: place i / channels, channel i % channels; PyTorch's is channel first.</summary>
        public double W(int output, int i) =>
            Weight[output * Map.Inputs + i % Setting.Channels * Setting.Places + i / Setting.Channels];

        public double Sum(Func<int, double> term) => Enumerable.Range(0, Map.Inputs).Sum(term);

        public double OverRows(Func<int, double> term) => Enumerable.Range(0, Setting.Rows).Sum(term);

        public float[] Outputs(Func<int, int, double> value) =>
            [.. from row in Enumerable.Range(0, Setting.Rows) from o in Enumerable.Range(0, Setting.Outputs) select (float)value(row, o)];

        public float[] Weights(Func<int, int, double> value) =>
            [.. from i in Enumerable.Range(0, Map.Inputs) from o in Enumerable.Range(0, Setting.Outputs) select (float)value(i, o)];

        public Guarded<float> Rows(int width) => new([.. Enumerable.Range(0, Setting.Rows * width).Select(_ => Grid())], Untouched);

        public bool[,] Draw(double density)
        {
            var spikes = new bool[Setting.Rows, Map.Inputs];
            for (int row = 0; row < Setting.Rows; row++)
            {
                for (int i = 0; i < Map.Inputs; i++)
                {
                    spikes[row, i] = Random.NextDouble() < density;
                }
            }

            return spikes;
        }

        public (bool[,] Certain, bool[,] Open) DrawTwo()
        {
            var (certain, open) = (Draw(0.3), Draw(Setting.Density));
            for (int row = 0; row < Setting.Rows; row++)
            {
                for (int i = 0; i < Map.Inputs; i++)
                {
                    open[row, i] &= !certain[row, i];
                }
            }

            return (certain, open);
        }

        public Guarded<ulong> Bits(bool[,] spikes)
        {
            var bits = new Guarded<ulong>(Setting.Rows * Map.Words, 77);
            bits.Values.Clear();
            for (int row = 0; row < Setting.Rows; row++)
            {
                for (int i = 0; i < Map.Inputs; i++)
                {
                    var (place, channel) = (i / Setting.Channels, i % Setting.Channels);
                    bits.Values[row * Map.Words + place * Map.WordsPerPlace + channel / 64] |= (spikes[row, i] ? 1UL : 0) << channel % 64;
                }
            }

            return bits;
        }

        private float Grid() => Random.Next(-8, 9) / 8f;
    }
}
