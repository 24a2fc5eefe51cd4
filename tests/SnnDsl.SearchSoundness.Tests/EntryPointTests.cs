using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>
/// The node engine of branch and bound beside the entry point of all linear bounds: the same lines, phases and multipliers over the same
/// intervals give the same bound.
/// </summary>
public class EntryPointTests
{
    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void TheNodeEngineEqualsBoundRows(string network)
    {
        bool split = false, canSplit = false;
        foreach (int seed in new[] { 8, 9 })
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, Platform.Double, seed);
            var input = subject.Inputs(1);
            foreach (var perturbation in subject.Perturbations.Where(perturbation => perturbation.Certifies).Take(2))
            {
                var set = subject.Perturbed(perturbation, input);
                var open = OpenNetworkBuilder.Build(subject.Module, set, input, label: 0);
                if (open.Layers[0] is { HasTrains: true, HasPeriods: false })
                {
                    // The entry point knows whole trains of resets to 0 alone.
                    continue;
                }

                canSplit |= open.Layers.Any(layer => !layer.HasTrains && layer.Count > 0);
                var refined = new MembraneRefiner(subject.Module).Refine(set);
                for (int round = 0; round < 4; round++)
                {
                    split |= Compare(subject, set, open, refined, new Random((100 * seed) + round), splits: round);
                }
            }
        }

        Assert.True(split || !canSplit, "No case with splits was compared.");
    }

    // Whether there were splits.
    private static bool Compare(Subject subject, IPerturbedInput set, OpenNetwork open, NetworkIntervals refined, Random random, int splits)
    {
        var (known, bounds) = (new Case(open), new CaseBounds(open));
        var node = new Node(null, false, open.Input);
        for (int i = 0; i < splits; i++)
        {
            int layer = random.Next(open.Layers.Length);
            if (!open.Layers[layer].HasTrains && open.Layers[layer].Count > 0)
            {
                node.Split = Split.Spike(layer, random.Next(open.Steps), random.Next(open.Layers[layer].Count));
                node = new(node, random.Next(2) == 0, open.Input);
            }
        }

        known.Load(node);
        if (bounds.Run(known) != CaseState.Bounded)
        {
            return false;
        }

        var lines = new Lines(open, bounds);
        float[][] parameters = [.. open.Layers.Select((layer, index) =>
        {
            float[] row = new float[lines.Parameters(index)];
            for (int i = 0; i < row.Length; i++)
            {
                // A train has no multipliers here: phases are of steps.
                row[i] = i >= row.Length / 2 && layer.HasTrains ? 0 : random.NextSingle();
            }

            return row;
        })];
        var margin = open.Margins[0];
        double bound = lines.Bound(margin, known, parameters, null);
        double rows = subject.Module.BoundRows(set, new()
        {
            Layer = open.Layers.Length,
            Rows = Margins.Rows(tensor([0L]), subject.Blueprint.Classes, float64).narrow(1, 0, 1),
            Steps = open.Steps,
            Membranes = [.. refined.Membranes.Select((membranes, index) => Overwritten(membranes, open.Layers[index], bounds, index))],
            Trains = true,
            Slopes = [.. Enumerable.Range(0, open.Layers.Length).Select(index => Spread(refined.Membranes[index].Lower, open.Layers[index], parameters[index], first: true))],
            Phases = node.Depth == 0 ? null : [.. open.Layers.Select((layer, index) => layer.HasTrains ? null : Phases(refined.Membranes[index].Lower, layer, known.Phases[index]))],
            Multipliers = [.. Enumerable.Range(0, open.Layers.Length).Select(index => Spread(refined.Membranes[index].Lower, open.Layers[index], parameters[index], first: false))],
        }).Lower.item<double>();
        double tolerance = 1e-6 * (1 + Math.Abs(rows));
        Assert.True(bound >= rows - tolerance, $"The engine says {bound}, the entry point {rows}, at depth {node.Depth}.");
        if (node.Depth == 0)
        {
            // A split tightens the engine's intervals of what comes later in the same step; without one the two are equal.
            Assert.True(bound <= rows + tolerance, $"The engine says {bound}, the entry point {rows}.");
        }

        return node.Depth > 0;
    }

    // The engine's intervals where neurons are open; elsewhere spikes are settled, and so they are in tighter intervals.
    private static Interval Overwritten(Interval membranes, OpenLayer layer, CaseBounds bounds, int index)
    {
        var (lower, upper) = (membranes.Lower.clone(), membranes.Upper.clone());
        var (low, high) = (lower.view([lower.shape[0], -1]), upper.view([lower.shape[0], -1]));
        for (int n = 0; n < layer.Count; n++)
        {
            for (int t = 0; t < (layer.HasTrains ? 1 : layer.Steps); t++)
            {
                int at = (t * layer.Count) + n;
                low[t, layer.Neurons[n]] = layer.HasTrains ? bounds.CurrentLower[0][n] : bounds.Lower[index][at];
                high[t, layer.Neurons[n]] = layer.HasTrains ? bounds.CurrentUpper[0][n] : bounds.Upper[index][at];
            }
        }

        return new(lower, upper);
    }

    // Lambdas or multipliers of open neurons in the shape [S, B, K, N...].
    private static Tensor Spread(Tensor like, OpenLayer layer, float[] parameters, bool first)
    {
        int steps = layer.HasTrains && first ? 1 : layer.Steps, from = first ? 0 : parameters.Length / 2;
        var spread = zeros([steps, like[0].numel()], float64);
        for (int i = 0; i < parameters.Length / 2; i++)
        {
            spread[i / layer.Count, layer.Neurons[i % layer.Count]] = parameters[from + i];
        }

        return spread.view([steps, 1, 1, .. like.shape[2..]]);
    }

    private static Tensor Phases(Tensor like, OpenLayer layer, sbyte[] phases)
    {
        var spread = zeros([layer.Steps, like[0].numel()], float64);
        for (int i = 0; i < phases.Length; i++)
        {
            spread[i / layer.Count, layer.Neurons[i % layer.Count]] = (double)phases[i];
        }

        return spread.view([layer.Steps, 1, .. like.shape[2..]]);
    }
}
