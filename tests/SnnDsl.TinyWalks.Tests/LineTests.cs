using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Kernels;
using SnnDsl.Verification.Bounds;
using static TorchSharp.torch;
using static SnnDsl.TinyWalks.Tests.Checked;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>Linear bounds: of the lines that the walk chose, or was given, the bound that the checker computes of them in fractions.</summary>
public class LineTests
{
    public static TheoryData<string> Layouts => TinyBatch.Layouts;

    public static TheoryData<string> Chains => TinyBatch.Chains;

    [Theory, MemberData(nameof(Layouts))]
    public void MethodsGiveTheCheckersBounds(string layout)
    {
        using var scope = NewDisposeScope();
        int open = 0;
        foreach (var batch in TinyBatch.Of(layout).Concat(TinyBatch.Of(layout, isFine: true)))
        {
            using var module = new TinyModule(batch.Network);
            using var wide = new Float64Network(module);
            foreach (var method in Methods(module))
            {
                var found = wide.BoundMargins(batch.Input(float64), batch.Labels, method);
                var fused = module.BoundMargins(batch.Input(float32), batch.Labels, method);
                var plain = Engines.On(Engine.Plain, () => module.BoundMargins(batch.Input(float32), batch.Labels, method));
                foreach (var (place, own, rival, column) in batch.Margins)
                {
                    var known = Checked.Of(batch, place);
                    double expected = known.ByLines(own, rival, method);
                    open += known.Known.Stages.Sum(stage => stage.Phases.Sum(step => step.Count(phase => phase == Phase.Open)));
                    string name = $"{batch.Name} {place}, {method}";
                    // Currents at which trains change are blurred: lower by little.
                    bool trains = method == BoundMethod.SCrownTrains;
                    Near(expected, Number(found[place, column]), trains ? 2e-5 : 1e-9, name);
                    Assert.True(Number(found[place, column]) <= expected + 1e-9, name);
                    Near(expected, Number(fused[place, column]), 1e-4, $"{name}, fused");
                    Near(expected, Number(plain[place, column]), 1e-4, $"{name}, plain");
                    Assert.True(Number(found[place, column]) <= batch.Least(place, own, rival) + 1e-9, $"{name}: above an input");
                }
            }
        }

        Assert.True(open > 20, $"{open} spikes are open.");
    }

    /// <summary>Coefficients on the input with constants are below the margin of every input, and least at the bound.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void CoefficientsAreLinesBelowTheMargins(string layout)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in TinyBatch.Of(layout))
        {
            using var module = new TinyModule(batch.Network);
            using var wide = new Float64Network(module);
            var input = batch.Input(float64);
            var line = wide.BoundRows(input, Query(wide, batch, wide.BoundMembranes(input)));
            foreach (var (place, own, rival, column) in batch.Margins)
            {
                bool isDirect = batch.Network.Encoding == Encoding.Direct;
                double[][] on = isDirect ? [Values(line.Coefficients[place, column])]
                    : [.. Enumerable.Range(0, batch.Network.Steps).Select(t => Values(line.Coefficients[t, place, column]))];
                double constant = line.Constants is { } constants ? Number(constants[place, column]) : 0, least = double.PositiveInfinity;
                foreach (double[][] member in batch.Sets[place].Members)
                {
                    double value = constant + on.Zip(member, (a, x) => a.Zip(x, (weight, own) => weight * own).Sum()).Sum();
                    var run = batch.Network.Run(member);
                    Assert.True(value <= ((run.Logits[own] - run.Logits[rival]) / batch.Network.Scale) + 1e-9, $"{batch.Name} {place}: {value} is above an input");
                    least = Math.Min(least, value);
                }

                Near(least, Number(line.Lower[place, column]), 1e-9, $"{batch.Name} {place}");
            }
        }
    }

    /// <summary>Slopes anywhere between the extreme sound lines, each written down on the way.</summary>
    [Theory, MemberData(nameof(Chains))]
    public void AnySlopesGiveTheirBound(string layout)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in TinyBatch.Of(layout))
        {
            using var module = new TinyModule(batch.Network);
            using var wide = new Float64Network(module);
            var input = batch.Input(float64);
            var known = wide.BoundMembranes(input);
            int layers = known.Membranes.Count;
            foreach (bool trains in new[] { false, true })
            {
                var start = new SlopeStart(0.5, layers);
                var trace = new LineTrace(layers);
                var started = wide.BoundRows(input, Query(wide, batch, known, trains, start: start, trace: trace)).Lower;
                Check(batch, started, trace, trains, "start");
                // The same again from what was written down.
                var again = wide.BoundRows(input, Query(wide, batch, known, trains, slopes: start.Slopes)).Lower;
                Assert.True((again - started).abs().max().item<double>() <= 1e-9, $"{batch.Name}: what was written down gives another bound");
                for (int draw = 0; draw < 3; draw++)
                {
                    var random = new Generator((ulong)draw);
                    Tensor?[] slopes = [.. start.Slopes.Select(own => draw == 2 ? ones_like(own!) : rand(own!.shape, float64, generator: random))];
                    trace = new(layers);
                    Check(batch, wide.BoundRows(input, Query(wide, batch, known, trains, slopes: slopes, trace: trace)).Lower, trace, trains, $"draw {draw}");
                }
            }
        }
    }

    /// <summary>Rows that start on a membrane, at every layer and step: below every run's, and in chains what the checker says.</summary>
    [Theory, MemberData(nameof(Layouts))]
    public void MembranesHaveTheCheckersBounds(string layout)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in TinyBatch.Of(layout))
        {
            using var module = new TinyModule(batch.Network);
            using var wide = new Float64Network(module);
            var input = batch.Input(float64);
            var known = wide.BoundMembranes(input);
            bool isChain = module.Stages.IsChain;
            Checked[] all = [.. batch.Sets.Select((_, place) => Checked.Of(batch, place))];
            TinyNetworks.Tests.TinyRun[][] runs = [.. batch.Sets.Select(set => set.Members.Select(batch.Network.Run).ToArray())];
            for (int layer = 0; layer < known.Membranes.Count; layer++)
            {
                long[] shape = known.Membranes[layer].Lower.shape[2..];
                long neurons = shape.Aggregate(1L, (a, b) => a * b);
                var rows = cat([eye(neurons, dtype: float64), -eye(neurons, dtype: float64)]).view([2 * neurons, .. shape]).unsqueeze(0).expand([batch.Sets.Length, 2 * neurons, .. shape]);
                for (int t = 0; t < batch.Network.Steps; t++)
                {
                    var found = wide.BoundRows(input, new() { Layer = layer, Rows = rows, Steps = t + 1, Membranes = known.Membranes }).Lower;
                    for (int place = 0; place < all.Length; place++)
                    {
                        for (int i = 0; i < neurons; i++)
                        {
                            string name = $"{batch.Name} {place}: {layer} {t} {i}";
                            foreach (int sign in new[] { 1, -1 })
                            {
                                double least = Number(found[place, sign > 0 ? i : neurons + i]);
                                Assert.True(least <= runs[place].Min(run => sign * run.Membranes[layer][t][i]) + 1e-9, $"{name}: above a run");
                                if (isChain)
                                {
                                    Near(all[place].Membrane(layer, t, i, sign, new JointSlopes(trains: false)), least, 1e-9, name);
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>A query for all margins of a batch.</summary>
    internal static LinearQuery Query(
        Networks.SpikingModule network, TinyBatch batch, NetworkIntervals known, bool trains = false, IReadOnlyList<Tensor?>? slopes = null, SlopeStart? start = null, LineTrace? trace = null) => new()
    {
        Layer = known.Membranes.Count,
        Rows = Bounds.Margins.Rows(batch.Labels, batch.Network.Classes, float64),
        Steps = network.Steps,
        Membranes = known.Membranes,
        Trains = trains,
        Slopes = slopes,
        Start = start,
        Trace = trace,
    };

    internal static void Near(double expected, double found, double apart, string name) =>
        Assert.True(Math.Abs(expected - found) <= apart * (1 + Math.Abs(expected)), $"{name}: {found:R} instead of {expected:R}");

    // The paper's lines are LIF's alone.
    internal static IEnumerable<BoundMethod> Methods(TinyModule module) => module.Stages.Neurons.All(layer => layer.IsFused)
        ? [BoundMethod.SCrown, BoundMethod.SCrownTrains, BoundMethod.SCrownPaper]
        : [BoundMethod.SCrown, BoundMethod.SCrownTrains];

    private static void Check(TinyBatch batch, Tensor found, LineTrace trace, bool trains, string what)
    {
        foreach (var (place, own, rival, column) in batch.Margins)
        {
            var slopes = new Traced(trace, place, column, batch.Network.Scale, trains);
            Near(Checked.Of(batch, place).ByLines(own, rival, slopes), Number(found[place, column]), trains ? 2e-5 : 1e-9, $"{batch.Name} {place}, {(trains ? "trains" : "steps")}, {what}");
            Assert.True(Number(found[place, column]) <= batch.Least(place, own, rival) + 1e-9, $"{batch.Name} {place}: above an input");
        }
    }
}
