using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Kernels;
using SnnDsl.Verification.Bounds;
using static TorchSharp.torch;
using static SnnDsl.TinyWalks.Tests.Checked;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>Bounds of the float32 network as it runs: what the mathematics says that float32 loses is paid for, all of it and nothing else.</summary>
public class RoundingSafeTests
{
    private static readonly PassOptions s_float32 = new() { Float32 = true };

    public static TheoryData<string> Chains => TinyBatch.Chains;

    /// <summary>With those whose reference is this project's own alone.</summary>
    public static TheoryData<string> Natives => [.. TinyBatch.Chains, .. TinyNetworks.Tests.TinyNetwork.Wide];

    public static TheoryData<string> Graphs => [.. TinyNetworks.Tests.TinyNetwork.Graphs, .. TinyNetworks.Tests.TinyNetwork.Any];

    [Theory, MemberData(nameof(Natives))]
    public void MembranesPayForWhatTheMathematicsSays(string layout)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in TinyBatch.Of(layout, isFine: true))
        {
            using var module = new TinyModule(batch.Network);
            using var safe = new RoundingSafeNetwork(module);
            var plain = Engines.On(Engine.Plain, () => safe.BoundMembranes(batch.Input(float64)));
            var native = safe.BoundMembranes(batch.Input(float64));
            for (int place = 0; place < batch.Sets.Length; place++)
            {
                var reference = new RoundedReference(batch.Network, batch.Again(), batch.Sets[place]);
                for (int layer = 0; layer < reference.Membranes.Count; layer++)
                {
                    double[][] lower = Steps(plain.Membranes[layer].Lower, place), upper = Steps(plain.Membranes[layer].Upper, place);
                    double[][] below = Steps(native.Membranes[layer].Lower, place), above = Steps(native.Membranes[layer].Upper, place);
                    for (int t = 0; t < lower.Length; t++)
                    {
                        for (int n = 0; n < lower[t].Length; n++)
                        {
                            string name = $"{batch.Name} {place}: {layer} {t} {n}";
                            var (l, u) = reference.Membranes[layer][t][n];
                            LineTests.Near(l, lower[t][n], 1e-12, name);
                            LineTests.Near(u, upper[t][n], 1e-12, name);
                            // Sums in float32 pay for themselves besides, and one magnitude for all steps.
                            double most = (100 * reference.Errors[layer].Max(step => step[n])) + (3e-6 * Math.Max(Math.Abs(l), Math.Abs(u))) + 1e-20;
                            Assert.InRange(l - below[t][n], -1e-12, most);
                            Assert.InRange(above[t][n] - u, -1e-12, most);
                        }
                    }
                }
            }
        }
    }

    [Theory, MemberData(nameof(Natives))]
    public void LinesPayForWhatTheyUse(string layout)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in TinyBatch.Of(layout, isFine: true))
        {
            using var module = new TinyModule(batch.Network);
            using var safe = new RoundingSafeNetwork(module);
            using var wide = new Float64Network(module);
            var input = batch.Input(float64);
            var known = Engines.On(Engine.Plain, () => safe.BoundMembranes(input));
            var trace = new LineTrace(known.Membranes.Count);
            var found = safe.BoundRows(input, LineTests.Query(safe, batch, known, trace: trace)).Lower;
            var native = safe.BoundMargins(input, batch.Labels, BoundMethod.SCrown);
            foreach (var (place, own, rival, column) in batch.Margins)
            {
                string name = $"{batch.Name} {place}";
                double[][][] slopes = [.. trace.Slopes.Select(layer => Enumerable.Range(0, (int)layer!.size(0)).Select(t => Values(layer[t, place, column])).ToArray())];
                var reference = new RoundedReference(batch.Network, batch.Again(), batch.Sets[place]);
                double expected = reference.ByLines(own, rival, (layer, t, n) => slopes[layer][t][n]);
                Assert.InRange(expected - Number(found[place, column]), -1e-12, 1e-10 * (1 + Math.Abs(expected)));
                // The native walk's slopes are float32 numbers, over membranes that are a little wider.
                LineTests.Near(expected, Number(native[place, column]), layout == "image" ? 5e-4 : 2e-5, $"{name}, native");
                Assert.True(TinyNetworks.Tests.TinyNetwork.Wide.Contains(layout) || Number(native[place, column]) < Checked.Of(batch, place).ByLines(own, rival, BoundMethod.SCrown) + 1e-6, name);
            }
        }
    }

    /// <summary>Rows on membranes, at every layer and step: the membrane that they start on pays, too, and those before it.</summary>
    [Theory, MemberData(nameof(Chains))]
    public void RowsOnMembranesPayForWhatTheyUse(string layout)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in TinyBatch.Of(layout, isFine: true))
        {
            using var module = new TinyModule(batch.Network);
            using var safe = new RoundingSafeNetwork(module);
            var input = batch.Input(float64);
            var known = Engines.On(Engine.Plain, () => safe.BoundMembranes(input));
            RoundedReference[] references = [.. batch.Sets.Select(set => new RoundedReference(batch.Network, batch.Again(), set))];
            for (int layer = 0; layer < known.Membranes.Count; layer++)
            {
                long[] shape = known.Membranes[layer].Lower.shape[2..];
                int neurons = (int)shape.Aggregate(1L, (a, b) => a * b);
                var rows = cat([eye(neurons, dtype: float64), -eye(neurons, dtype: float64)]).view([2 * neurons, .. shape]).unsqueeze(0).expand([batch.Sets.Length, 2 * neurons, .. shape]);
                for (int t = 0; t < batch.Network.Steps; t++)
                {
                    var trace = new LineTrace(known.Membranes.Count);
                    var found = safe.BoundRows(input, new() { Layer = layer, Rows = rows, Steps = t + 1, Membranes = known.Membranes, Trace = trace }).Lower;
                    for (int place = 0; place < references.Length; place++)
                    {
                        for (int row = 0; row < 2 * neurons; row++)
                        {
                            double[][][] slopes = [.. trace.Slopes.Take(layer + 1).Select(own => Enumerable.Range(0, t + 1).Select(step => Values(own![step, place, row])).ToArray())];
                            double expected = references[place].OfMembrane(layer, t, row % neurons, row < neurons ? 1 : -1, (at, step, n) => slopes[at][step][n]);
                            double least = Number(found[place, row]);
                            Assert.True(expected - least is >= -1e-12 && expected - least <= 1e-10 * (1 + Math.Abs(expected)), $"{batch.Name} {place}: {layer} {t} {row}: {least:R} instead of {expected:R}");
                        }
                    }
                }
            }
        }
    }

    /// <summary>
    /// Counts are those of exact neurons whose currents are off by what float32 loses: of membranes that lie next to their threshold, some on its
    /// other side by less than that.
    /// </summary>
    [Theory]
    [InlineData(Reset.Hard, 0, 0.5)]
    [InlineData(Reset.Hard, -0.5, 0.75)]
    [InlineData(Reset.Soft, 0, 0.5)]
    [InlineData(Reset.Soft, 0, 1)]
    public void CountsPayForEveryStep(Reset reset, float value, float decay)
    {
        using var scope = NewDisposeScope();
        const int Steps = 4, Neurons = 400;
        const float Threshold = 3;
        var random = new Random(7);
        var neuron = new NeuronParameters(Threshold, decay, reset, value, Surrogate.Rectangular, 1);
        Assert.True(neuron.Equations.CountsGrowWithCurrents);
        var error = new MembraneError(new Affine.FlattenMap([1, 1, Neurons]), full([1, Neurons], 4e4, float64), full([1], 40, float64), Steps, more: 1);
        // A membrane of each step lies on the threshold but for some errors.
        double off = Number(error.At(0, null, 0)[0, 0]);
        double[][] currents = [.. Enumerable.Range(0, Steps).Select(_ => new double[Neurons])];
        for (int n = 0; n < Neurons; n++)
        {
            double left = 0;
            for (int t = 0; t < Steps; t++)
            {
                double aim = random.Next(3) == 0 ? random.NextDouble() * 4 : Threshold + (off * ((random.NextDouble() * 8) - 4));
                currents[t][n] = aim - (decay * left);
                left = After(aim);
            }
        }

        var current = stack(currents.Select(step => tensor(step).unsqueeze(0)));
        var (spikes, membranes) = RoundedNeuron.Intervals(new(current, current), error, neuron, Steps, constant: false);
        var (least, most) = RoundedNeuron.Counts(new(current, current), error, membranes, spikes, neuron, constant: false);
        int open = 0, settled = 0;
        for (int n = 0; n < Neurons; n++)
        {
            double[][] u = [Of(membranes.Lower, n), Of(membranes.Upper, n)];
            int[] counts = [.. new[] { -1, 1 }.Select(sign => Count(n, u, sign))];
            // What is certain and what is possible bound the runs, too.
            (counts[0], counts[1]) = (Math.Max(counts[0], u[0].Count(own => own > Threshold)), Math.Min(counts[1], u[1].Count(own => own > Threshold)));
            Assert.Equal((counts[0], counts[1]), ((int)Number(least[0, n]), (int)Number(most[0, n])));
            (open, settled) = counts[0] < counts[1] ? (open + 1, settled) : (open, settled + 1);
        }

        Assert.True(open > 20 && settled > 20, $"{open} counts are open, {settled} are known");

        double After(double u) => u <= Threshold ? u : reset == Reset.Hard ? value : u - Threshold;

        // Membranes within 2^-18 of the threshold count as on the harmless side; and none lies outside its bounds.
        int Count(int n, double[][] u, int sign)
        {
            double left = 0, slack = (Threshold + Math.Abs(value)) / (1 << 18);
            int count = 0;
            for (int t = 0; t < Steps; t++)
            {
                double lost = ErrorAt(t == 0 ? null : RestOf(u, t - 1)) + (t == 0 || reset == Reset.Hard ? 0 : decay * ResetLoss(u[1][t - 1]) * (1 + Math.ScaleB(1, -20)));
                double own = (decay * left) + currents[t][n] + (sign * lost);
                own = sign < 0 ? Math.Max(own, u[0][t]) : Math.Min(own, u[1][t]);
                bool fires = own > Threshold - (sign * slack);
                count += fires ? 1 : 0;
                left = !fires ? own : reset == Reset.Hard ? value : own - Threshold;
            }

            return count;
        }

        // Times gamma of 41 roundings; every membrane has the same magnitudes.
        double ErrorAt((double Low, double High)? rest)
        {
            var one = rest is { } r ? new Interval(full([1, Neurons], r.Low, float64), full([1, Neurons], r.High, float64)) : (Interval?)null;
            return Number(error.At(1, one, decay)[0, 0]);
        }

        (double Low, double High) RestOf(double[][] u, int t)
        {
            double l = u[0][t], h = u[1][t], lost = reset == Reset.Hard ? 0 : ResetLoss(h);
            var (from, to) = reset == Reset.Hard ? (value, value) : (Math.Max(l, Threshold) - Threshold, h - Threshold);
            var (low, high) = h <= Threshold ? (l, h) : l > Threshold ? (from, to) : (Math.Min(l, from), Math.Max(Threshold, to));
            return (low - lost, high + lost);
        }

        static double ResetLoss(double upper) => (Math.Max(upper - Threshold, 0) * Math.ScaleB(1, -24) * (1 + Math.ScaleB(1, -20))) + Math.ScaleB(1, -100);

        static double[] Of(Tensor values, int n) => [.. Enumerable.Range(0, Steps).Select(t => Number(values[t, 0, n]))];
    }

    /// <summary>The native runs count what the walk in float64 counts: no membrane of these lies next to its threshold.</summary>
    [Theory, MemberData(nameof(Natives))]
    public void NativeCountsAreThoseOfTheWalk(string layout)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in TinyBatch.Of(layout, isFine: true))
        {
            using var module = new TinyModule(batch.Network);
            using var safe = new RoundingSafeNetwork(module);
            var (native, plain) = (safe.BoundMembranes(batch.Input(float64)), Engines.On(Engine.Plain, () => safe.BoundMembranes(batch.Input(float64))));
            // Maps that follow each other, and neurons on the pixels themselves, are walked in float64.
            Assert.Equal(layout is not ("pooled" or "chain" or "bare"), native.Membranes is RoundedMembranes);
            Assert.Equal(Values(plain.Counts.Lower), Values(native.Counts.Lower));
            Assert.Equal(Values(plain.Counts.Upper), Values(native.Counts.Upper));
            Assert.Equal(Values(plain.Spikes.Lower), Values(native.Spikes.Lower));
            Assert.Equal(Values(plain.Spikes.Upper), Values(native.Spikes.Upper));
        }
    }

    /// <summary>A whole train's line pays for its slope once, and what the checker pays for it suffices.</summary>
    [Theory, MemberData(nameof(Chains))]
    public void TrainsPayForTheirSlopes(string layout)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in TinyBatch.Of(layout, isFine: true))
        {
            using var module = new TinyModule(batch.Network);
            using var safe = new RoundingSafeNetwork(module);
            foreach (var engine in new[] { Engine.Auto, Engine.Plain })
            {
                var found = Engines.On(engine, () => safe.BoundMargins(batch.Input(float64), batch.Labels, BoundMethod.SCrownTrains));
                foreach (var (place, own, rival, column) in batch.Margins)
                {
                    double exact = Checked.Of(batch, place).ByLines(own, rival, BoundMethod.SCrownTrains);
                    LineTests.Near(exact, Number(found[place, column]), 5e-5, $"{batch.Name} {place} {engine}");
                    Assert.True(Number(found[place, column]) < exact + 1e-6, $"{batch.Name} {place} {engine}");
                }
            }
        }
    }

    /// <summary>Neurons by equations, sums and spikes that come back: at least half of what the checker pays, which pays for every operation by itself.</summary>
    [Theory, MemberData(nameof(Graphs))]
    public void GraphsPayForTheirNodes(string layout)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in TinyBatch.Of(layout, isFine: true))
        {
            using var module = new TinyModule(batch.Network);
            using var safe = new RoundingSafeNetwork(module);
            var input = batch.Input(float64);
            var found = safe.BoundMembranes(input);
            for (int place = 0; place < batch.Sets.Length; place++)
            {
                var (known, exact) = (Checked.Of(batch, place, s_float32), Checked.Of(batch, place));
                known.Each(place, found, (at, own, paid, phase) =>
                {
                    var membrane = exact.Known.Stages[at.Layer].Membranes[at.T][at.I];
                    string name = $"{batch.Name} {place}: {at} {own} beside {paid}";
                    Pays(membrane.Lower.ToDouble() - own.Lower, membrane.Lower.ToDouble() - paid.Lower, phase == Phase.Fires, name);
                    Pays(own.Upper - membrane.Upper.ToDouble(), paid.Upper - membrane.Upper.ToDouble(), phase == Phase.Silent, name);
                });
            }

            foreach (var method in new[] { BoundMethod.SIbpCounts, BoundMethod.SCrown })
            {
                var margins = safe.BoundMargins(input, batch.Labels, method);
                foreach (var (place, own, rival, column) in batch.Margins)
                {
                    double least = Number(margins[place, column]);
                    var (known, exact) = (Checked.Of(batch, place, s_float32), Checked.Of(batch, place));
                    double Bound(Checked by) => method == BoundMethod.SCrown ? by.ByLines(own, rival, method) : by.ByIntervals(own, rival);
                    string name = $"{batch.Name} {place}: {least:R} by {method}, {Bound(exact):R} exactly, {Bound(known):R} paid";
                    Assert.True(Bound(exact) - least >= -1e-9 && (Bound(exact) - least <= 1e-3 || layout is "mapped" or "any"), name);
                    Assert.True((method == BoundMethod.SIbpCounts && module.Description.ReadsSpikes) || Bound(exact) - least >= (Bound(exact) - Bound(known)) / 2, name);
                }
            }
        }

        // Pixels that are currents lie on a threshold here and there, where exact arithmetic knows a spike that float32 does not.
        void Pays(double own, double paid, bool isKnown, string name) => Assert.True(isKnown || (own >= paid / 2 && (own <= 1e-3 || layout is "mapped" or "any")), name);
    }
}
