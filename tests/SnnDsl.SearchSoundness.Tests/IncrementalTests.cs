using SnnDsl.Bounds;
using SnnDsl.Certification.Search;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>
/// A case's intervals are computed from those of the case before. Walks through random trees of splits, empty cases among them: at every
/// node the numbers are those of a pass that computes everything from whole rows, bit for bit, whatever the weights look like.
/// </summary>
public class IncrementalTests
{
    private const double Small = 1e-3;

    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void IntervalsAreThoseOfAWholePass(string network)
    {
        int empty = 0, full = 0;
        foreach (var style in Enum.GetValues<WeightStyle>())
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, Platform.Double, seed: 11, style: style);
            var input = subject.Inputs(1);
            // A small box leaves little open that anything open reaches.
            foreach (var perturbation in subject.Perturbations.Where(perturbation => perturbation.Certifies)
                .Select(perturbation => perturbation is LInfinity { Clamp: false } ? new LInfinity(Small) : perturbation))
            {
                int label = (int)Margins.Predict(subject.Module.forward(input)).item<long>();
                var open = OpenNetworkBuilder.Build(subject.Module, subject.Perturbed(perturbation, input), input, label);
                var random = new Random(11);
                var (known, bounds) = (new Case(open), new CaseBounds(open));
                List<Node> nodes = [new(null, false, open.Input)];
                for (int visit = 0; visit < 40; visit++)
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
        var (first, whole) = (new CaseBounds(open), new WholePass(open, known));
        var state = whole.IsEmpty ? CaseState.Empty : CaseState.Bounded;
        Assert.Equal(state, first.Run(known));
        Assert.Equal(state, bounds.Run(known));
        if (state == CaseState.Empty)
        {
            return false;
        }

        foreach (var actual in new[] { first, bounds })
        {
            for (int layer = 0; layer < open.Layers.Length; layer++)
            {
                Assert.Equal(whole.CurrentLower[layer], actual.CurrentLower[layer]);
                Assert.Equal(whole.CurrentUpper[layer], actual.CurrentUpper[layer]);
                Assert.Equal(whole.SpikeLower[layer], actual.SpikeLower[layer]);
                Assert.Equal(whole.SpikeUpper[layer], actual.SpikeUpper[layer]);
                if (!open.Layers[layer].HasTrains)
                {
                    Assert.Equal(whole.Lower[layer], actual.Lower[layer]);
                    Assert.Equal(whole.Upper[layer], actual.Upper[layer]);
                }
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
