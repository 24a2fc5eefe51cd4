using SnnDsl.Kernels;
using static TorchSharp.torch;
using static SnnDsl.TinyWalks.Tests.Checked;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>Runs are those of the definition, whose numbers here have so few digits that no order of sums matters.</summary>
public class ForwardTests
{
    public static TheoryData<string> Layouts => TinyBatch.Layouts;

    [Theory, MemberData(nameof(Layouts))]
    public void RunsAreTheDefinitions(string layout)
    {
        using var scope = NewDisposeScope();
        int fired = 0;
        foreach (var batch in TinyBatch.Of(layout))
        {
            using var module = new TinyModule(batch.Network);
            var members = batch.Sets.SelectMany(set => set.Members).Take(50).ToList();
            bool isDirect = batch.Network.Encoding == Encoding.Direct;
            long[] shape = [.. batch.Network.Input.Select(size => (long)size)];
            // Poisson spikes are drawn already: what is run has a value for every step.
            var input = isDirect
                ? stack(members.Select(member => tensor(member[0]).view(shape)))
                : stack(Enumerable.Range(0, batch.Network.Steps).Select(t => stack(members.Select(member => tensor(member[t]).view(shape)))));
            foreach (var engine in new[] { Engine.Auto, Engine.Plain })
            {
                var logits = Engines.On(engine, () => module.Encoded(input.to(float32)));
                for (int i = 0; i < members.Count; i++)
                {
                    var run = batch.Network.Run(members[i]);
                    fired += run.Spikes.Sum(layer => layer.Sum(step => (int)step.Sum()));
                    double[] found = Values(logits[i]);
                    for (int c = 0; c < found.Length; c++)
                    {
                        LineTests.Near(run.Logits[c] / batch.Network.Scale, found[c], 1e-6, $"{batch.Name} {i} {engine}: {c}");
                    }
                }
            }
        }

        Assert.True(fired > 30, $"{fired} spikes");
    }
}
