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

    public static TheoryData<string> Graphs => [.. TinyNetworks.Tests.TinyNetwork.Graphs];

    [Theory, MemberData(nameof(Chains))]
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

    [Theory, MemberData(nameof(Chains))]
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
                LineTests.Near(expected, Number(native[place, column]), 2e-5, $"{name}, native");
                Assert.True(Number(native[place, column]) < Checked.Of(batch, place).ByLines(own, rival, BoundMethod.SCrown) + 1e-6, name);
            }
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
                    Assert.True(Bound(exact) - least >= -1e-9 && (Bound(exact) - least <= 1e-3 || layout == "mapped"), name);
                    Assert.True((method == BoundMethod.SIbpCounts && module.Description.ReadsSpikes) || Bound(exact) - least >= (Bound(exact) - Bound(known)) / 2, name);
                }
            }
        }

        // Pixels that are currents lie on a threshold here and there, where exact arithmetic knows a spike that float32 does not.
        void Pays(double own, double paid, bool isKnown, string name) => Assert.True(isKnown || (own >= paid / 2 && (own <= 1e-3 || layout == "mapped")), name);
    }
}
