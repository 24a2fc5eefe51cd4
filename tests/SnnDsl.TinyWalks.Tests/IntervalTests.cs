using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Kernels;
using SnnDsl.Verification.Bounds;
using static TorchSharp.torch;
using static SnnDsl.TinyWalks.Tests.Checked;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>Intervals in float64, in float32 by emitted kernels and by plain operations: those that the checker finds in fractions, no more and no less.</summary>
public class IntervalTests
{
    public static TheoryData<string> Layouts => TinyBatch.Layouts;

    [Theory, MemberData(nameof(Layouts))]
    public void MembranesSpikesAndCountsAreTheCheckers(string layout)
    {
        using var scope = NewDisposeScope();
        foreach (var batch in TinyBatch.Of(layout).Concat(TinyBatch.Of(layout, isFine: true)))
        {
            using var module = new TinyModule(batch.Network);
            using var wide = new Float64Network(module);
            // With few digits float32 loses none where nothing is divided.
            Check(batch, wide.BoundMembranes(batch.Input(float64)), 1e-9);
            foreach (var engine in new[] { Engine.Auto, Engine.Plain })
            {
                // Bounds are computed when they are read. Sides of a guard are cut outward by some units in the last place of the largest number there.
                Check(batch, Engines.On(engine, () => module.BoundMembranes(batch.Input(float32)).Computed()), layout == "any" ? 1e-4 : 1e-5);
            }
        }
    }

    [Theory, MemberData(nameof(Layouts))]
    public void MarginsAreTheCheckers(string layout)
    {
        using var scope = NewDisposeScope();
        // Where a membrane of a run lies on its threshold the runtime counts a spike either way; with all digits none does.
        foreach (var batch in TinyBatch.Of(layout, isFine: true))
        {
            using var module = new TinyModule(batch.Network);
            using var wide = new Float64Network(module);
            var (exact, single) = (wide.BoundMargins(batch.Input(float64), batch.Labels, BoundMethod.SIbpCounts), module.BoundMargins(batch.Input(float32), batch.Labels, BoundMethod.SIbpCounts));
            var plain = wide.BoundMargins(batch.Input(float64), batch.Labels, BoundMethod.SIbp);
            foreach (var (place, own, rival, column) in batch.Margins)
            {
                var known = Checked.Of(batch, place);
                double expected = known.ByIntervals(own, rival);
                Assert.Equal(expected, Number(exact[place, column]), 1e-9);
                Assert.Equal(expected, Number(single[place, column]), 1e-5);
                if (module.Description.ReadsSpikes)
                {
                    var last = known.Known.Stages[^1];
                    expected = (last.Phases.Count(step => step[own] == Phase.Fires) - last.Phases.Count(step => step[rival] != Phase.Silent)) / (double)batch.Network.Steps;
                }

                Assert.Equal(expected, Number(plain[place, column]), 1e-9);
            }
        }
    }

    private static void Check(TinyBatch batch, NetworkIntervals found, double apart)
    {
        for (int place = 0; place < batch.Sets.Length; place++)
        {
            var known = Checked.Of(batch, place);
            known.Each(place, found, (at, own, expected, phase) =>
            {
                // The checker's bounds of neurons by equations end at the threshold where the spike is known.
                bool byEquations = known.Known.Stages[at.Layer].States is not null;
                Assert.True((byEquations && phase == Phase.Fires) || Math.Abs(own.Lower - expected.Lower) <= apart, $"{batch.Name} {place}: {at} {own} instead of {expected}");
                Assert.True((byEquations && phase == Phase.Silent) || Math.Abs(own.Upper - expected.Upper) <= apart, $"{batch.Name} {place}: {at} {own} instead of {expected}");
            });
            var last = known.Known.Stages[^1];
            var (certain, possible) = (Steps(found.Spikes.Lower, place), Steps(found.Spikes.Upper, place));
            double[] least = Values(found.Counts.Lower[place]), most = Values(found.Counts.Upper[place]);
            for (int i = 0; i < last.Stage.Width; i++)
            {
                for (int t = 0; t < batch.Network.Steps; t++)
                {
                    Assert.Equal((last.Phases[t][i] == Phase.Fires ? 1 : 0, last.Phases[t][i] == Phase.Silent ? 0 : 1), (certain[t][i], possible[t][i]));
                }

                var (few, many) = last.Count(i);
                Assert.True(least[i] <= few && many <= most[i] && (!batch.IsFine || (least[i], most[i]) == (few, many)), $"{batch.Name} {place}: {i} fires {least[i]} to {most[i]} times instead of {few} to {many}");
            }
        }
    }
}
