using SnnDsl.Bounds;
using SnnDsl.Certification.Search;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>
/// The node engine of branch and bound: random cases (splits of spikes, trains, pixels and entries), and points of the set that lie in
/// them. Whatever is said of a case must hold at each of these, with any lines.
/// </summary>
public class CaseTests
{
    private const double Tolerance = 1e-9;

    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void BoundsHoldOnRandomCases(string network)
    {
        int checkedPoints = 0, deep = 0;
        foreach (var style in Enum.GetValues<WeightStyle>())
        {
            const int seed = 3;
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, Platform.Double, seed, style: style);
            var input = subject.Inputs(1);
            foreach (var perturbation in subject.Perturbations.Where(perturbation => perturbation.Certifies))
            {
                PerturbedPoints points;
                using (enable_grad())
                {
                    points = new(subject, perturbation, input, drawn: 40, attacked: 10);
                }

                int label = (int)Margins.Predict(points.Logits[0]).item<long>();
                var open = OpenNetworkBuilder.Build(subject.Module, subject.Perturbed(perturbation, input), input, label);
                // Least values over moved spikes take long.
                for (int round = 0; round < (perturbation is SpikeRetiming ? 2 : 6); round++)
                {
                    var random = new Random((seed * 1000) + round);
                    var inside = new CasePoints(open, points, subject.Blueprint.Encoding);
                    var node = inside.RandomNode(random, depth: 2 * round);
                    int[] members = inside.Members(node);
                    deep += node.Depth > 0 && members.Length > 0 ? 1 : 0;
                    checkedPoints += members.Length;
                    Check(open, node, inside, members, label, random);
                }
            }
        }

        Assert.True(checkedPoints > 0 && deep > 0);
    }

    private static void Check(OpenNetwork open, Node node, CasePoints inside, int[] members, int label, Random random)
    {
        var (known, bounds) = (new Case(open), new CaseBounds(open));
        known.Load(node);
        bool some = bounds.Run(known) != CaseState.Empty;
        Assert.True(some || members.Length == 0, "A case with points in it is called empty.");
        if (!some)
        {
            return;
        }

        foreach (int point in members)
        {
            for (int layer = 0; layer < open.Layers.Length; layer++)
            {
                double[] spikes = inside.Spikes(layer, point), membranes = inside.Membranes(layer, point);
                for (int i = 0; i < spikes.Length; i++)
                {
                    Assert.InRange(spikes[i], bounds.SpikeLower[layer][i], bounds.SpikeUpper[layer][i]);
                    if (!open.Layers[layer].HasTrains)
                    {
                        Assert.InRange(membranes[i], bounds.Lower[layer][i] - Tolerance, bounds.Upper[layer][i] + Tolerance);
                    }
                }
            }
        }

        var lines = new Lines(open, bounds);
        foreach (var margin in open.Margins)
        {
            double least = members.Length == 0 ? double.PositiveInfinity : members.Min(point => inside.Margin(point, label, margin.Rival));
            AtMost(bounds.Margin(margin, known.Phases[^1]), "counts");
            for (int draw = 0; draw < 4; draw++)
            {
                float[][] parameters = [.. Enumerable.Range(0, open.Layers.Length).Select(layer => Draw(lines.Parameters(layer), draw))];
                double bound = lines.Bound(margin, known, parameters, [.. parameters.Select(row => new float[row.Length])]);
                AtMost(bound, "chosen lines");
                float[] slopes = lines.Slopes();
                double again = lines.Bound(margin, known, slopes);
                AtMost(again, "given lines");
                Assert.Equal(bound, again, 1e-4 * (1 + Math.Abs(bound)));
                // Any slopes are sound.
                AtMost(lines.Bound(margin, known, Array.ConvertAll(slopes, slope => slope + (float)(random.NextDouble() - 0.5))), "any lines");
            }

            void AtMost(double bound, string what) =>
                Assert.True(bound <= least + Tolerance, $"{what}: {bound} on a case with {least} in it, depth {node.Depth}.");
        }

        float[] Draw(int size, int draw)
        {
            float[] values = new float[size];
            for (int i = 0; i < size; i++)
            {
                values[i] = draw switch
                {
                    0 => i < size / 2 ? 0.5f : 0,
                    1 => i < size / 2 ? random.Next(2) : 0,
                    _ => random.NextSingle() * (i < size / 2 ? 1 : 0.3f),
                };
            }

            return values;
        }
    }

    /// <summary>The gradient that lines are climbed by, against finite differences.</summary>
    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void GradientsAreThoseOfFiniteDifferences(string network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(network, Platform.Double, seed: 6);
        var input = subject.Inputs(1);
        var perturbation = subject.Perturbations.First(perturbation => perturbation.Certifies);
        var open = OpenNetworkBuilder.Build(subject.Module, subject.Perturbed(perturbation, input), input, 0);
        var (known, bounds) = (new Case(open), new CaseBounds(open));
        Assert.Equal(CaseState.Bounded, bounds.Run(known));
        var lines = new Lines(open, bounds);
        var random = new Random(1);
        float[][] parameters = [.. Enumerable.Range(0, open.Layers.Length).Select(layer => new float[lines.Parameters(layer)])];
        foreach (float[] row in parameters)
        {
            for (int i = 0; i < row.Length / 2; i++)
            {
                row[i] = 0.2f + (0.6f * random.NextSingle());
            }
        }

        float[][] gradients = [.. parameters.Select(row => new float[row.Length])];
        double middle = lines.Bound(open.Margins[0], known, parameters, gradients);
        int agree = 0, all = 0;
        for (int layer = 0; layer < parameters.Length; layer++)
        {
            for (int i = 0; i < parameters[layer].Length / 2; i++)
            {
                float at = parameters[layer][i];
                parameters[layer][i] = at + 1e-4f;
                double above = lines.Bound(open.Margins[0], known, parameters, null);
                parameters[layer][i] = at - 1e-4f;
                double below = lines.Bound(open.Margins[0], known, parameters, null), right = (double)(at + 1e-4f) - at, left = (double)at - (at - 1e-4f);
                parameters[layer][i] = at;
                all++;
                // On a kink the gradient is that of either side.
                double[] slopes = [(above - below) / (left + right), (above - middle) / right, (middle - below) / left];
                agree += slopes.Any(slope => Math.Abs(slope - gradients[layer][i]) <= 1e-3 * (1e-2 + Math.Abs(slope))) ? 1 : 0;
            }
        }

        // Where a difference crosses a kink it is neither side's.
        Assert.True(agree >= 0.9 * all, $"{agree} of {all} agree.");
    }
}
