using SnnDsl.Certification;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Graphs;

/// <summary>Two spikes in three steps, summed over a shortcut.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Spikes)]
[Input(3)]
[Linear(3, Name = "fc1")]
[Lif(Name = "n1", Decay = 0.5)]
[Linear(3, Name = "fc2")]
[Lif(Name = "n2", Decay = 0.5, Reset = Reset.Soft)]
[Residual("n1", Name = "sum")]
[Linear(3, Name = "fc3")]
[Residual("fc2", Name = "plus")]
[Lif(Name = "n3")]
[Concat("n1", Name = "both")]
[Linear(2, Name = "fc4")]
[Lif(Name = "n4", Decay = 0.5)]
internal sealed partial class TinyGraph;

/// <summary>Two layers whose spikes come back, three steps.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Spikes)]
[Input(3)]
[Linear(3, Name = "fc1")]
[Lif(Name = "n1", Decay = 0.5, Recurrent = true)]
[Linear(3, Name = "fc2")]
[If(Name = "n2", Threshold = 0.5, Reset = Reset.Soft, Recurrent = true, RecurrentDiagonal = true)]
[Linear(2, Name = "fc4")]
[Alif(Name = "n4", Decay = 0.5, Adaptation = 0.125, AdaptationDecay = 0.5)]
internal sealed partial class TinyCycle;

/// <summary>Spikes that come back and spikes that come later.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Spikes)]
[Input(3)]
[Linear(3, Name = "fc1")]
[Alif(Name = "n1", Decay = 0.5, Adaptation = 0.125, Recurrent = true)]
[Delay(1, Name = "late")]
[Concat("n1", Name = "both")]
[Linear(2, Name = "fc4")]
[Lif(Name = "n4", Decay = 0.5, Recurrent = true)]
internal sealed partial class TinyDelay;

/// <summary>Spikes that come later, of neurons that have every line there is.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Spikes)]
[Input(3)]
[Linear(3, Name = "fc1")]
[Lif(Name = "n1", Decay = 0.5)]
[Delay(1, Name = "late")]
[Concat("n1", Name = "both")]
[Linear(2, Name = "fc4")]
[Lif(Name = "n4", Decay = 0.5, Reset = Reset.Soft)]
internal sealed partial class TinyLater;

/// <summary>Sets that are small enough to be run through, and counterexamples that are put behind a shortcut.</summary>
public class TinyGraphTests
{
    private const int Entries = 9;

    public TinyGraphTests() => set_num_threads(1);

    /// <summary>Every recording with up to two flips is run: no bound is above the least margin, and some reach it.</summary>
    [Theory]
    [InlineData(nameof(TinyGraph), 30)]
    [InlineData(nameof(TinyCycle), 15)]
    [InlineData(nameof(TinyDelay), 15)]
    [InlineData(nameof(TinyLater), 10)]
    public void NoBoundIsAboveTheLeastMarginOfAllFlips(string name, int networks)
    {
        using var guard = no_grad();
        int reached = 0, certified = 0;
        for (int seed = 0; seed < networks; seed++)
        {
            using var scope = NewDisposeScope();
            using var network = Draw(name, seed);
            var input = (rand([3, 1, 3]) < 0.5).to(ScalarType.Float32);
            long label = network.forward(input).argmax().ToInt64();
            var labels = tensor(new[] { label });
            foreach (int flips in new[] { 0, 1, 2 })
            {
                // All members of the set, as one batch.
                var members = Members(input, flips);
                var logits = network.forward(members);
                double least = (logits.select(1, label) - logits.select(1, 1 - label)).min().ToDouble();
                CertificationMethod[] methods = [CertificationMethod.SIbp, CertificationMethod.SCrown, .. name == nameof(TinyLater) ? [CertificationMethod.SCrownPaper] : Array.Empty<CertificationMethod>()];
                foreach (var method in methods)
                {
                    foreach (var precision in Enum.GetValues<Precision>())
                    {
                        using var bounder = new MarginBounder(network, method, precision);
                        double bound = bounder.Bound(new SpikeFlips(flips), input, labels).item<float>();
                        Assert.True(bound <= least + (precision == Precision.RoundingSafe ? 0 : 1e-5), $"{seed}, {flips}, {method}, {precision}: {bound} > {least}");
                        reached += flips > 0 && Math.Abs(bound - least) < 1e-4 ? 1 : 0;
                        certified += flips > 0 && bound > 1e-4 ? 1 : 0;
                    }
                }
            }
        }

        Assert.True(reached > networks / 3 && certified > networks / 8, $"{reached} reached, {certified} certified: the bounds say nothing.");
    }

    /// <summary>
    /// A threshold is put exactly where one member of the set makes the network fail, behind the shortcut or the recurrence: nothing certifies the set, while the set
    /// without that member is not refused for its own sake.
    /// </summary>
    [Theory]
    [InlineData(nameof(TinyGraph), 40)]
    [InlineData(nameof(TinyCycle), 25)]
    [InlineData(nameof(TinyDelay), 25)]
    public void ACounterexampleBehindAShortcutIsNeverCertified(string name, int networks)
    {
        using var guard = no_grad();
        int planted = 0;
        for (int seed = 100; planted < networks; seed++)
        {
            using var scope = NewDisposeScope();
            using var network = Draw(name, seed);
            var input = (rand([3, 1, 3]) < 0.5).to(ScalarType.Float32);
            var members = Members(input, 1);
            // The last layer's bias of one class is moved until exactly some members fail.
            long label = network.forward(input).argmax().ToInt64();
            var bias = network.get_parameter("fc4.bias")!;
            double step = 0;
            bool found = false;
            for (; step < 40 && !found; step++)
            {
                bias[label] -= 0.02;
                var logits = network.forward(members);
                var margins = logits.select(1, label) - logits.select(1, 1 - label);
                found = margins[0].ToDouble() > 0 && margins.min().ToDouble() <= 0;
            }

            if (!found)
            {
                continue;
            }

            planted++;
            foreach (var method in new[] { CertificationMethod.SIbp, CertificationMethod.SCrown })
            {
                foreach (var precision in Enum.GetValues<Precision>())
                {
                    using var bounder = new MarginBounder(network, method, precision);
                    Assert.True(bounder.Bound(new SpikeFlips(1), input, tensor(new[] { label })).item<float>() <= 1e-5, $"{seed}, {method}, {precision}");
                }
            }
        }
    }

    private static SpikingModule Draw(string name, int seed)
    {
        random.manual_seed(seed);
        SpikingModule network = name switch
        {
            nameof(TinyCycle) => new TinyCycle(seed),
            nameof(TinyDelay) => new TinyDelay(seed),
            nameof(TinyLater) => new TinyLater(seed),
            _ => new TinyGraph(seed),
        };
        foreach (var parameter in network.parameters())
        {
            // On a grid, so that membranes meet their thresholds exactly.
            parameter.copy_(((rand(parameter.shape) * 2 - 0.7) * 8).round() / 16);
        }

        return network;
    }

    // The recording itself first.
    private static Tensor Members(Tensor input, int flips)
    {
        List<Tensor> members = [input];
        void Flip(Tensor from, int first, int left)
        {
            for (int entry = first; left > 0 && entry < Entries; entry++)
            {
                var member = from.clone();
                var at = member.view(Entries)[entry];
                at.copy_(1 - at);
                members.Add(member);
                Flip(member, entry + 1, left - 1);
            }
        }

        Flip(input, 0, flips);
        return cat(members, 1);
    }
}
