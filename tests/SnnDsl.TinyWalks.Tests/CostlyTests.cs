using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Kernels;
using SnnDsl.TinyNetworks.Tests;
using static TorchSharp.torch;
using static SnnDsl.TinyWalks.Tests.Checked;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>
/// Networks whose sums cancel out, so that what float32 loses is thousands of times what it is elsewhere: whatever a walk forgets to pay is seen.
/// </summary>
public class CostlyTests
{
    public static TheoryData<string, BoundMethod, Engine> Ways => [
        .. from layout in TinyNetwork.Costly
           from method in new[] { BoundMethod.SIbpCounts, BoundMethod.SCrown, BoundMethod.SCrownTrains }
           from engine in new[] { Engine.Auto, Engine.Plain }
           select new TheoryDataRow<string, BoundMethod, Engine>(layout, method, engine)];

    [Theory, MemberData(nameof(Ways))]
    public void EverythingIsPaid(string layout, BoundMethod method, Engine engine)
    {
        using var scope = NewDisposeScope();
        int paid = 0;
        foreach (var batch in Batches(layout))
        {
            using var module = new TinyModule(batch.Network);
            using var safe = new RoundingSafeNetwork(module);
            var found = Engines.On(engine, () => safe.BoundMargins(batch.Input(float64), batch.Labels, method));
            foreach (var (place, own, rival, column) in batch.Margins)
            {
                double Bound(Checked by) => method == BoundMethod.SIbpCounts ? by.ByIntervals(own, rival) : by.ByLines(own, rival, method);
                double exact = Bound(Checked.Of(batch, place)), float32 = Bound(Checked.Of(batch, place, new() { Float32 = true })), least = Number(found[place, column]);
                string name = $"{batch.Name} {place}: {least:R}, {exact:R} exactly, {float32:R} paid";
                // The division of a whole count by T is paid for by whoever reports a bound.
                Assert.True(exact - least >= ((exact - float32) / 2) - 1e-15, name);
                paid += exact - float32 > 1e-3 ? 1 : 0;
            }
        }

        // Counts are whole numbers: they cost something where a spike is lost, and only there.
        Assert.True(paid > 2 || (method == BoundMethod.SIbpCounts && layout != "costly values"), $"{paid} bounds cost something");
    }

    /// <summary>Membranes lie within what the mathematics says, by less than a tenth of what it costs.</summary>
    [Theory, InlineData(Engine.Auto), InlineData(Engine.Plain)]
    public void MembranesPay(Engine engine)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in Batches("costly"))
        {
            using var module = new TinyModule(batch.Network);
            using var safe = new RoundingSafeNetwork(module);
            var found = Engines.On(engine, () => safe.BoundMembranes(batch.Input(float64)));
            for (int place = 0; place < batch.Sets.Length; place++)
            {
                var reference = new RoundedReference(batch.Network, batch.Again(), batch.Sets[place]);
                for (int layer = 0; layer < reference.Membranes.Count; layer++)
                {
                    double[][] below = Steps(found.Membranes[layer].Lower, place), above = Steps(found.Membranes[layer].Upper, place);
                    for (int t = 0; t < below.Length; t++)
                    {
                        for (int n = 0; n < below[t].Length; n++)
                        {
                            var (l, u) = reference.Membranes[layer][t][n];
                            double error = reference.Errors[layer][t][n];
                            Assert.True(error > 1e-3, $"{error}");
                            Assert.True(below[t][n] <= l + (error / 10) && above[t][n] >= u - (error / 10), $"{batch.Name} {place}: {layer} {t} {n}: [{below[t][n]}, {above[t][n]}] beside [{l}, {u}]");
                        }
                    }
                }
            }
        }
    }

    private static IEnumerable<TinyBatch> Batches(string layout)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            int drawn = seed;
            var random = new Random(seed);
            TinySet[] sets = [.. Enumerable.Range(0, 2).Select(_ =>
            {
                double[] centre = [random.NextDouble(), random.NextDouble()], radius = [random.NextDouble() / 4, random.NextDouble() / 4];
                return new TinySet.Pixels([.. centre.Zip(radius, (c, r) => c - r), 1, 1], [.. centre.Zip(radius, (c, r) => c + r), 1, 1]);
            })];
            var network = TinyNetwork.Of(layout, seed, isFine: true);
            yield return new(network, sets, () => TinyNetwork.Of(layout, drawn, isFine: true), true, $"{network.Text} costly {seed}");
        }
    }
}
