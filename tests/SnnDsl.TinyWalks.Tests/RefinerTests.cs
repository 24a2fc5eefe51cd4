using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Verification.Bounds;
using static TorchSharp.torch;
using static SnnDsl.TinyWalks.Tests.Checked;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>Membranes bounded by relaxation, layer by layer and step by step: what the checker finds when it does the same.</summary>
public class RefinerTests
{
    // As records have it: see BoundProver.
    private static readonly PassOptions s_refined = new()
    {
        Refine = new JointSlopes(trains: true), Slack = 1e-12, Trains = true, TrainSlack = 1.0 / (1 << 18), SpikesByMembranes = true,
    };

    public static TheoryData<string> Chains => TinyBatch.Chains;

    [Theory, MemberData(nameof(Chains))]
    public void MembranesAreTheCheckers(string layout)
    {
        using var scope = NewDisposeScope();
        int tighter = 0;
        foreach (var batch in TinyBatch.Of(layout, isFine: true))
        {
            using var module = new TinyModule(batch.Network);
            using var wide = new Float64Network(module);
            var input = batch.Input(float64);
            var found = new MembraneRefiner(wide).Refine(input);
            var plain = wide.BoundMembranes(input);
            var margins = wide.BoundMargins(input, batch.Labels, BoundMethod.SCrownTrains, found);
            for (int place = 0; place < batch.Sets.Length; place++)
            {
                var known = Checked.Of(batch, place, s_refined);
                known.Each(place, found, (at, own, expected, phase) =>
                {
                    string name = $"{batch.Name} {place}: {at} {own} instead of {expected} {phase}";
                    Assert.True(phase == Phase.Fires || Math.Abs(own.Lower - expected.Lower) <= 5e-5 * (1 + Math.Abs(own.Lower) + Math.Abs(own.Upper)), name);
                    Assert.True(phase == Phase.Silent || Math.Abs(own.Upper - expected.Upper) <= 5e-5 * (1 + Math.Abs(own.Lower) + Math.Abs(own.Upper)), name);
                });
                var last = known.Known.Stages[^1];
                for (int i = 0; i < last.Stage.Width; i++)
                {
                    var (least, most) = last.Count(i);
                    Assert.Equal((least, most), ((int)Values(found.Counts.Lower[place])[i], (int)Values(found.Counts.Upper[place])[i]));
                }
            }

            tighter += plain.Membranes.Zip(found.Membranes).Sum(pair => (int)(pair.First.Upper - pair.First.Lower > pair.Second.Upper - pair.Second.Lower + 1e-6).sum().item<long>());
            foreach (var (place, own, rival, column) in batch.Margins)
            {
                LineTests.Near(Checked.Of(batch, place, s_refined).ByLines(own, rival, BoundMethod.SCrownTrains), Number(margins[place, column]), 5e-5, $"{batch.Name} {place}");
                Assert.True(Number(margins[place, column]) <= batch.Least(place, own, rival) + 1e-9);
            }
        }

        Assert.True(tighter > 0 || layout is "deep" or "single" or "single event" or "counted" or "bare", $"{layout}: nothing is tighter.");
    }

    [Fact]
    public void WhatIsLateIsNothing()
    {
        using var scope = NewDisposeScope();
        var batch = TinyBatch.Of("deep").First();
        using var module = new TinyModule(batch.Network);
        using var wide = new Float64Network(module);
        Assert.Null(new MembraneRefiner(wide).Refine(batch.Input(float64), new(TimeSpan.Zero)));
    }
}
