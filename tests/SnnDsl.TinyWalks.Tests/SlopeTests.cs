using SnnDsl.Bounds;
using SnnDsl.Certification;
using static TorchSharp.torch;
using static SnnDsl.TinyWalks.Tests.Checked;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>Optimised slopes: bounds that their lines have, no lower than where they start from, and better where there is room.</summary>
public class SlopeTests
{
    public static TheoryData<string> Chains => TinyBatch.Chains;

    [Theory, MemberData(nameof(Chains))]
    public void TheBestIsKeptAndIsTrue(string layout)
    {
        using var scope = NewDisposeScope();
        double gained = 0;
        foreach (var batch in TinyBatch.Of(layout, isFine: true))
        {
            using var module = new TinyModule(batch.Network);
            using var wide = new Float64Network(module);
            var input = batch.Input(float64);
            var optimiser = new SlopeOptimiser(wide, new() { Iterations = 12, StepSize = 0.25, Goal = double.PositiveInfinity });
            var found = optimiser.BoundMargins(input, batch.Labels, enough: TestContext.Current.CancellationToken);
            Tensor Single(BoundMethod method) => wide.BoundMargins(input, batch.Labels, method);
            var before = maximum(Single(BoundMethod.SIbpCounts), maximum(Single(BoundMethod.SCrown), Single(BoundMethod.SCrownTrains)));
            foreach (var (place, own, rival, column) in batch.Margins)
            {
                double bound = Number(found[place, column]), start = Number(before[place, column]);
                Assert.InRange(bound, start, Math.Max(start, batch.Least(place, own, rival) + 1e-9));
                gained += bound - start;
            }

            // What is proved already is where it starts, and what is enough is left alone.
            var given = before + 0.125;
            Assert.True((optimiser.BoundMargins(input, batch.Labels, bounds: given, enough: TestContext.Current.CancellationToken) >= given).all().item<bool>());
            var enough = new SlopeOptimiser(wide, new() { Iterations = 12, Goal = -1e9 }).BoundMargins(input, batch.Labels, enough: TestContext.Current.CancellationToken);
            Assert.True((enough == before).all().item<bool>());
        }

        Assert.True(gained > 1e-3 || layout is not ("dense" or "single"), $"{layout}: {gained} gained");
    }

    /// <summary>The slopes that a climb gives back are those of the bound that it gives back.</summary>
    [Theory, MemberData(nameof(Chains))]
    public void SlopesHaveTheBoundThatIsTheirs(string layout)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in TinyBatch.Of(layout, isFine: true))
        {
            using var module = new TinyModule(batch.Network);
            using var wide = new Float64Network(module);
            var input = batch.Input(float64);
            var known = wide.BoundMembranes(input).Computed();
            var rows = Bounds.Margins.Rows(batch.Labels, batch.Network.Classes, float64).select(1, 0);
            var optimiser = new SlopeOptimiser(wide, new() { Iterations = 6, StepSize = 0.25, Goal = double.PositiveInfinity });
            var climbed = optimiser.Climb(input, known.Membranes, rows, Deadline.None)!;
            Assert.NotNull(optimiser.StepTime);
            var trace = new LineTrace(known.Membranes.Count);
            Assert.Equal(known.Membranes.Count, climbed.Slopes.Count);
            for (int place = 0; place < batch.Sets.Length; place++)
            {
                for (int layer = 0; layer < climbed.Slopes.Count; layer++)
                {
                    trace.Slopes[layer] = climbed.Slopes[layer].unsqueeze(2);
                }

                int own = place % batch.Network.Classes, rival = own == 0 ? 1 : 0;
                bool trains = batch.Network.Encoding == Encoding.Direct && module.Stages.Neurons[0].Equations.HasPeriods;
                double expected = Checked.Of(batch, place).ByLines(own, rival, new Traced(trace, place, 0, batch.Network.Scale, trains));
                LineTests.Near(expected, Number(climbed.Bounds[place]), 2e-5, $"{batch.Name} {place}");
            }

            Assert.Null(optimiser.Climb(input, known.Membranes, rows, new(TimeSpan.Zero)));
        }
    }
}
