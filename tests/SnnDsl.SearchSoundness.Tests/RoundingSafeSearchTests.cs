using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>
/// Rounding-safe branch and bound speaks of every float32 run: whatever it says of a case holds of each run in it, in any order of
/// summation, at every membrane and every margin, without any tolerance.
/// </summary>
public class RoundingSafeSearchTests
{
    private const int Points = 4;
    private const int Rounds = 6;

    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void BoundsHoldInEveryOrderOfSummation(string network)
    {
        foreach (var (scale, style) in new[] { (1.0, WeightStyle.Drawn), (300, WeightStyle.Drawn), (1, WeightStyle.Sparse), (1, WeightStyle.ZeroRows), (1, WeightStyle.OnThreshold) })
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, Platform.Fused, seed: scale == 1 ? 71 : 73, style: style);
            var input = subject.On(subject.Inputs(1));
            if (scale > 1)
            {
                FloatRuns.PutNearTheThreshold(subject, input, scale);
            }

            int label = (int)Margins.Predict(subject.Module.forward(input)).item<long>();
            using var view = new NetworkView(subject.Module, Precision.RoundingSafe);
            foreach (var perturbation in scale == 1 ? FloatRuns.Sets(subject) : FloatRuns.Tiny(subject))
            {
                var runs = FloatRuns.Of(subject, perturbation, input, Points).ToList();
                var open = OpenNetworkBuilder.Build(
                    view.Network, view.Set(perturbation, input), input, label, perturbation.Apply(subject.Module, input), guard: 0);
                var inside = runs.ConvertAll(run => new OpenRun(open, run, runs[0], subject));
                // Each case is computed from the one before.
                var bounds = new CaseBounds(open);
                for (int round = 0; round < Rounds; round++)
                {
                    CheckCase(open, bounds, inside, label, new Random(round), round);
                }

                CheckSearch(subject, view, perturbation, input, label, runs);
            }
        }
    }

    private static void CheckCase(OpenNetwork open, CaseBounds bounds, List<OpenRun> runs, int label, Random random, int depth)
    {
        var (node, member) = (new Node(null, false, open.Input), runs[random.Next(runs.Count)]);
        for (int i = 0; i < depth; i++)
        {
            if (RandomSplit(open, node, random) is { } split)
            {
                bool second = member.IsSecond(split);
                var input = split.Kind is SplitKind.Pixel or SplitKind.Entry ? node.Input.Cut(split, second) : node.Input;
                Assert.NotNull(input);
                node.Split = split;
                node = new(node, second, input);
            }
        }

        var known = new Case(open);
        known.Load(node);
        Assert.True(bounds.Run(known) == CaseState.Bounded, $"{member.Name}: a case with this run in it is called empty.");
        var members = runs.Where(run => run.IsIn(node)).ToList();
        members.ForEach(run => run.AssertWithin(bounds));
        var lines = new Lines(open, bounds);
        foreach (var margin in open.Margins)
        {
            double least = members.Min(run => run.Margin(label, margin.Rival));
            AtMost(bounds.Margin(margin, known.Phases[^1]), "counts");
            for (int draw = 0; draw < 3; draw++)
            {
                float[][] parameters = [.. Enumerable.Range(0, open.Layers.Length).Select(layer => Draw(lines.Parameters(layer), draw))];
                AtMost(lines.Bound(margin, known, parameters, null), "chosen lines");
                AtMost(lines.Bound(margin, known, lines.Slopes()), "given lines");
            }

            void AtMost(double bound, string what) =>
                Assert.True(bound <= least, $"{member.Name}, {what}: {bound} on a case with {least} in it, depth {node.Depth}.");
        }

        float[] Draw(int size, int draw) => [.. Enumerable.Range(0, size).Select(i =>
            draw == 0 ? (i < size / 2 ? 0.5f : 0) : random.NextSingle() * (i < size / 2 ? 1 : 0.3f))];
    }

    private static Split? RandomSplit(OpenNetwork open, Node node, Random random)
    {
        int layer = random.Next(open.Layers.Length + 1);
        if (layer == open.Layers.Length)
        {
            return node.Input.Promising([.. Enumerable.Range(0, open.Input.Steps * open.Input.Entries).Select(_ => random.NextDouble() - 0.5)]);
        }

        var neurons = open.Layers[layer];
        return neurons.Count == 0 ? null
            : neurons.HasTrains ? Split.Train(random.Next(neurons.Count), random.Next(neurons.Trains.All.Length - 1))
            : Split.Spike(layer, random.Next(open.Steps), random.Next(neurons.Count));
    }

    private static void CheckSearch(
        Subject subject, NetworkView view, Perturbation perturbation, Tensor input, int label, List<FloatRuns.Run> runs)
    {
        using var found = new BranchAndBound(subject.Module, new() { MostSubproblems = 30, Threads = 1, Attacks = false }, view).Run(perturbation, input, label);
        Assert.True(!found.Verdict.IsByBounds() || (found.Proof is not null && found.LowerBounds.All(bound => bound > 0)));
        foreach (var run in runs)
        {
            float[] logits = run.Trace.Logits;
            for (int k = 0; k < found.LowerBounds.Length; k++)
            {
                int rival = k < label ? k : k + 1;
                Assert.True(
                    (double)logits[label] - logits[rival] >= found.LowerBounds[k] && logits[label] - logits[rival] >= found.LowerBounds[k],
                    $"{run.Name}: the margin over {rival} is {logits[label] - logits[rival]}, below {found.LowerBounds[k]} ({found.Verdict}).");
            }
        }
    }

    // A run as the open network sees it.
    private sealed class OpenRun
    {
        private readonly OpenNetwork open;
        private readonly FloatRuns.Run run;
        private readonly FloatRuns.Run unperturbed;
        private readonly bool[][] spikes;
        private readonly double[][] membranes;

        public OpenRun(OpenNetwork open, FloatRuns.Run run, FloatRuns.Run unperturbed, Subject subject)
        {
            (this.open, this.run, this.unperturbed) = (open, run, unperturbed);
            membranes = [.. open.Layers.Select((layer, index) =>
                run.Trace.Membranes[index].SelectMany(step => layer.Neurons.Select(n => (double)step[n])).ToArray())];
            spikes = [.. membranes.Select((values, index) => values.Select(u => u > (float)subject.Blueprint.Stages[index].Neuron.Threshold).ToArray())];
        }

        public string Name => run.Name;

        public bool IsSecond(Split split)
        {
            int count = open.Layers[split.Layer].Count;
            switch (split.Kind)
            {
                case SplitKind.Spike:
                    return spikes[split.Layer][(split.Step * count) + split.Unit];
                case SplitKind.Train:
                    // The second side holds the trains that are less than the split's, as words.
                    bool[] last = open.Layers[0].Trains!.All[split.Number].Fires;
                    int parting = Enumerable.Range(0, open.Steps).FirstOrDefault(t => spikes[0][(t * count) + split.Unit] != last[t], -1);
                    return parting >= 0 && last[parting];
                case SplitKind.Pixel:
                    return run.Point[split.Unit] > split.Value;
                default:
                    int at = (split.Step * open.Input.Entries) + split.Unit;
                    return run.Point[at] != unperturbed.Point[at];
            }
        }

        public bool IsIn(Node node)
        {
            for (var at = node; at.Parent is { } parent; at = parent)
            {
                if (IsSecond(parent.Split!.Value) != at.IsSecond)
                {
                    return false;
                }
            }

            return true;
        }

        // Firing rates are whole counts divided by T; what float32 makes of them is paid for where bounds are reported.
        public double Margin(int label, int rival)
        {
            var (own, other) = ((double)run.Trace.Logits[label], (double)run.Trace.Logits[rival]);
            return open.ReadsSpikes ? (Math.Round(own * open.Steps) - Math.Round(other * open.Steps)) / open.Steps : own - other;
        }

        public void AssertWithin(CaseBounds bounds)
        {
            for (int layer = 0; layer < open.Layers.Length; layer++)
            {
                for (int i = 0; i < spikes[layer].Length; i++)
                {
                    Assert.InRange(spikes[layer][i] ? 1 : 0, bounds.SpikeLower[layer][i], bounds.SpikeUpper[layer][i]);
                    if (!open.Layers[layer].HasTrains)
                    {
                        double u = membranes[layer][i];
                        Assert.True(
                            u >= bounds.Lower[layer][i] && u <= bounds.Upper[layer][i],
                            $"{Name}: membrane {i} of layer {layer} is {u}, outside [{bounds.Lower[layer][i]}, {bounds.Upper[layer][i]}].");
                    }
                }
            }
        }
    }
}
