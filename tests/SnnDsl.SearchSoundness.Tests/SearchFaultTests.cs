using SnnDsl.Certification.Search;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>
/// Whatever goes wrong in a search (an exception in a thread, a cancellation between two halves, a number that is none) closes no case: planted at
/// every stage of searches of a margin that does not hold, which a case too many that counts as closed would prove.
/// </summary>
public class SearchFaultTests
{
    private const int Most = 60;

    private static readonly string[] Operations = ["currents", "lower", "upper", "least", "place", "cut", "promising"];

    [Theory, InlineData(1), InlineData(2)]
    public void AnExceptionClosesNothing(int threads)
    {
        int failed = 0;
        foreach (var (open, margin) in FalseMargins())
        {
            foreach (string operation in Operations.Append("point"))
            {
                for (int at = 1; at < Most; at += 1 + (at / 4))
                {
                    var fault = new FaultySet.Fault(_ => throw new InvalidOperationException("planted"), at, operation);
                    var search = Search(open, margin, fault, threads, CancellationToken.None);
                    var thrown = Record.Exception(() => search.Run());
                    Assert.Equal(fault.Happened, thrown is InvalidOperationException { Message: "planted" });
                    AssertOpen(search, $"{operation}, call {at}");
                    failed += fault.Happened ? 1 : 0;
                }
            }
        }

        Assert.True(failed > 50, $"{failed} searches failed.");
    }

    [Theory, InlineData(1), InlineData(2)]
    public void ACancellationClosesNothing(int threads)
    {
        int cancelled = 0;
        foreach (var (open, margin) in FalseMargins())
        {
            foreach (string operation in Operations)
            {
                for (int at = 1; at < Most; at += 1 + (at / 4))
                {
                    using var source = new CancellationTokenSource();
                    var fault = new FaultySet.Fault(_ => source.Cancel(), at, operation);
                    var search = Search(open, margin, fault, threads, source.Token);
                    search.Run();
                    AssertOpen(search, $"{operation}, call {at}");
                    cancelled += fault.Happened ? 1 : 0;
                }
            }
        }

        Assert.True(cancelled > 50, $"{cancelled} searches were cancelled.");
    }

    [Theory, InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(double.NegativeInfinity)]
    public void NumbersOfTheSetThatAreNotFiniteCloseNothing(double number)
    {
        int planted = 0;
        foreach (var (open, margin) in FalseMargins())
        {
            foreach (string operation in new[] { "currents", "lower", "upper", "least", "place" })
            {
                for (int at = 1; at < Most; at += 1 + (at / 4))
                {
                    var fault = new FaultySet.Fault(values => values.AsSpan(Math.Max(0, values.Length - 1)).Fill(number), at, operation);
                    var search = Search(open, margin, fault, 1, CancellationToken.None);
                    search.Run();
                    AssertOpen(search, $"{operation}, call {at}");
                    planted += fault.Happened ? 1 : 0;
                }
            }
        }

        Assert.True(planted > 50, $"{planted} numbers were planted.");
    }

    /// <summary>Base currents, errors, weights, the margin itself.</summary>
    [Theory, InlineData(double.NaN), InlineData(double.PositiveInfinity), InlineData(double.NegativeInfinity)]
    public void NumbersOfTheNetworkThatAreNotFiniteCloseNothing(double number)
    {
        foreach (var (open, margin) in FalseMargins())
        {
            for (int layer = 0; layer < open.Layers.Length; layer++)
            {
                var known = open.Layers[layer];
                foreach (double[] row in known.Count == 0 ? [] : new[] { known.Base, known.Errors, known.Slack, known.Sizes })
                {
                    double kept = row[^1];
                    row[^1] = number;
                    AssertOpenWithin(open, margin, $"layer {layer}");
                    row[^1] = kept;
                }
            }

            AssertOpenWithin(open, margin with { Constant = number }, "constant");
            double[] onSpikes = [.. margin.OnSpikes];
            if (onSpikes.Length > 0)
            {
                onSpikes[^1] = number;
                AssertOpenWithin(open, margin with { OnSpikes = onSpikes }, "on spikes");
            }
        }
    }

    /// <summary>A proof object is made of finite numbers above the goal, or not at all.</summary>
    [Fact]
    public void ProofsAreOfFiniteNumbersAboveTheGoal()
    {
        foreach (double bound in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, MarginSearch.Goal, 0 })
        {
            Assert.Null(LeafProof.ByCounts(bound));
            Assert.Null(LeafProof.ByLines(bound, []));
        }

        Assert.Null(LeafProof.ByLines(1, [0, float.NaN]));
        Assert.Null(LeafProof.ByLines(1, [float.PositiveInfinity]));
        Assert.NotNull(LeafProof.ByCounts(1));
        Assert.NotNull(LeafProof.ByLines(1, [1]));
    }

    private static void AssertOpenWithin(OpenNetwork open, OpenMargin margin, string where)
    {
        var search = Search(open, margin, new(_ => { }, 0, ""), 1, CancellationToken.None);
        search.Run();
        AssertOpen(search, where);
    }

    private static void AssertOpen(MarginSearch search, string where)
    {
        Assert.False(search.IsClosed, $"{where}: a margin that does not hold counts as closed.");
        Assert.False(search.Bound > search.Network.Guard, $"{where}: its bound is {search.Bound}.");
    }

    private static MarginSearch Search(OpenNetwork open, OpenMargin margin, FaultySet.Fault fault, int threads, CancellationToken cancellation)
    {
        var clock = new SearchClock(TimeSpan.FromMinutes(1), 40, threads, cancellation);
        // Nothing is replayed, so that the tree goes on.
        return new(open with { Input = new FaultySet(open.Input, fault) }, margin, new() { Iterations = 5, Threads = threads }, clock, point =>
        {
            open.Input.Point(point)?.Dispose();
            fault.Call("point", point);
            return false;
        });
    }

    // Margins that some point of the set refutes, by their networks.
    private static IEnumerable<(OpenNetwork Open, OpenMargin Margin)> FalseMargins()
    {
        foreach (string network in new[] { nameof(HardRectangular), nameof(SoftArctan), nameof(EventsTiny), nameof(LastMembrane) })
        {
            for (int seed = 1; ; seed++)
            {
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                using var subject = new Subject(network, Platform.Double, seed);
                var input = subject.Inputs(1);
                var perturbation = subject.Blueprint.Encoding == Encoding.Spikes ? new SpikeFlips(2) : (Perturbation)new LInfinity(0.15);
                var logits = subject.Module.forward(input).squeeze(0);
                int label = (int)logits.argmax().item<long>();
                using var result = new BranchAndBound(subject.Module, new() { MostSubproblems = 100, Threads = 1, Attacks = false }).Run(perturbation, input, label);
                if (result.Counterexample is null)
                {
                    continue;
                }

                var wrong = subject.Module.forward(result.Counterexample).squeeze(0);
                var open = OpenNetworkBuilder.Build(subject.Module, subject.Perturbed(perturbation, input), input, label);
                var margin = open.Margins.First(margin => (wrong[label] - wrong[margin.Rival]).item<double>() <= 0);
                yield return (open, margin);
                break;
            }
        }
    }
}
