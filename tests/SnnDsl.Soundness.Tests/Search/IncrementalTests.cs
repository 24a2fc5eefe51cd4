using SnnDsl.Bounds;
using SnnDsl.Certification.Search;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>
/// A case's intervals are computed from those of the case before. Walks through random trees of splits, empty cases among them: at every
/// node the numbers are those of a first pass, bit for bit.
/// </summary>
public class IncrementalTests
{
    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void IntervalsAreThoseOfAFirstPass(string network)
    {
        int empty = 0, full = 0;
        foreach (int seed in new[] { 11, 12 })
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, Platform.Double, seed);
            var input = subject.Inputs(1);
            foreach (var perturbation in subject.Perturbations.Where(perturbation => perturbation.Certifies))
            {
                int label = (int)Margins.Predict(subject.Module.forward(input)).item<long>();
                var open = OpenNetworkBuilder.Build(subject.Module, subject.Perturbed(perturbation, input), input, label);
                var random = new Random(seed);
                var (known, bounds) = (new Case(open), new CaseBounds(open));
                List<Node> nodes = [new(null, false, open.Input)];
                for (int visit = 0; visit < 60; visit++)
                {
                    // The next of a dive mostly, any other one now and then.
                    var node = random.Next(3) > 0 ? nodes[^1] : nodes[random.Next(nodes.Count)];
                    bool some = Check(open, node, known, bounds);
                    (empty, full) = some ? (empty, full + 1) : (empty + 1, full);
                    if (RandomSide(open, some ? node : nodes[0], random) is { } side)
                    {
                        nodes.Add(side);
                    }
                }
            }
        }

        Assert.True(full > 20, $"{full} cases, {empty} empty ones.");
    }

    private static bool Check(OpenNetwork open, Node node, Case known, CaseBounds bounds)
    {
        known.Load(node);
        var first = new CaseBounds(open);
        bool some = first.Run(known);
        Assert.Equal(some, bounds.Run(known));
        if (!some)
        {
            return false;
        }

        foreach (var (expected, actual) in new[]
        {
            (first.CurrentLower, bounds.CurrentLower), (first.CurrentUpper, bounds.CurrentUpper), (first.Lower, bounds.Lower),
            (first.Upper, bounds.Upper), (first.SpikeLower, bounds.SpikeLower), (first.SpikeUpper, bounds.SpikeUpper),
        })
        {
            for (int layer = 0; layer < expected.Length; layer++)
            {
                Assert.Equal(expected[layer], actual[layer]);
            }
        }

        Assert.Equal(first.PieceCount, bounds.PieceCount);
        for (int n = 0; n < first.PieceCount.Length; n++)
        {
            Assert.Equal(first.Pieces[n][..first.PieceCount[n]], bounds.Pieces[n][..first.PieceCount[n]]);
        }

        foreach (var margin in open.Margins)
        {
            Assert.Equal(first.Margin(margin, known.Phases[^1]), bounds.Margin(margin, known.Phases[^1]));
        }

        return true;
    }

    // One side of a random split; null where it is empty or there is nothing to split.
    private static Node? RandomSide(OpenNetwork open, Node parent, Random random)
    {
        int index = random.Next(open.Layers.Length);
        var layer = open.Layers[index];
        Split? split = random.Next(4) == 0 ? open.Input.Promising([.. Enumerable.Range(0, open.Input.Steps * open.Input.Entries).Select(_ => random.NextDouble() - 0.5)])
            : layer.Count == 0 ? null
            : layer.HasTrains ? Split.Train(random.Next(layer.Count), random.Next(layer.Trains.All.Length - 1))
            : Split.Spike(index, random.Next(open.Steps), random.Next(layer.Count));
        bool second = random.Next(2) == 0;
        if (split is not { } chosen)
        {
            return null;
        }

        var input = chosen.Kind is SplitKind.Pixel or SplitKind.Entry ? parent.Input.Cut(chosen, second) : parent.Input;
        // A node of its own on the way: a node has one split.
        var from = new Node(parent.Parent, parent.IsSecond, parent.Input) { Split = chosen };
        return input is null ? null : new Node(from, second, input);
    }
}
