using SnnDsl.Certification.Search.Inputs;

namespace SnnDsl.Certification.Search;

/// <summary>Bounds subproblems and splits those that stay open; one for each thread.</summary>
internal sealed class SearchWorker
{
    // How many splits are tried before one is taken, how much of the root's gradient steps other nodes take, and the last step's share
    // of the first one's length.
    private const int Candidates = 6, RootsSteps = 5, FewPixels = 32;

    // A climb is looked at after so many steps; it goes on if it reaches its goal at this many times the speed of the last ones.
    private const int Patience = 5;
    private const double Hope = 2;
    private const double LastShare = 0.2, FirstStep = 0.15;

    private readonly MarginSearch search;
    private readonly SearchOptions options;
    private readonly SearchClock clock;
    private readonly OpenNetwork network;
    private readonly Case known;
    private readonly CaseBounds bounds;
    private readonly Lines lines;
    private readonly Adam adam;
    private readonly float[][] parameters;
    private readonly float[][] gradients;
    private readonly float[] scales;
    private readonly bool[] areFree;
    private readonly double[] mean;
    private readonly Simulation simulation;
    private readonly SplitChoice choice;

    /// <param name="search">The search.</param>
    /// <param name="options">How to search.</param>
    /// <param name="clock">Until when.</param>
    public SearchWorker(MarginSearch search, SearchOptions options, SearchClock clock)
    {
        (this.search, this.options, this.clock, network) = (search, options, clock, search.Network);
        known = new(network);
        bounds = new(network);
        lines = new(network, bounds);
        int[] sizes = [.. Enumerable.Range(0, network.Layers.Length).Select(lines.Parameters)];
        adam = new(sizes);
        parameters = [.. sizes.Select(size => new float[size])];
        gradients = [.. sizes.Select(size => new float[size])];
        scales = new float[sizes.Length];
        areFree = [.. network.Layers.Select(layer => layer.HasTrains)];
        mean = new double[network.Input.Steps * network.Input.Entries];
        simulation = new(network);
        choice = new(network, bounds, lines);
    }

    /// <summary>Whether a counterexample was found.</summary>
    public bool IsRefuted { get; private set; }

    /// <summary>Works on one node.</summary>
    /// <param name="node">The node; its bound, and what proves it, are written down.</param>
    /// <returns>Its sides, if it was split.</returns>
    public (Node First, Node Second)? Work(Node node)
    {
        clock.Count();
        var state = Enter(node);
        if (state != CaseState.Bounded)
        {
            // Of a case without numbers nothing is known, and no split would change that: it stays open.
            node.Close(state == CaseState.Empty ? new LeafProof.Empty() : null);
            return null;
        }

        double count = bounds.Margin(search.Margin, known.Phases[^1]);
        node.Raise(search.Unproved(count));
        if (node.Close(LeafProof.ByCounts(count)) || Climb(node))
        {
            return null;
        }

        if (!IsRefuted && (Try(lines.Point) || (network.Input is PixelSet && Try(mean))))
        {
            IsRefuted = true;
        }

        return IsRefuted || clock.IsOver ? null : Split(node);
    }

    private CaseState Enter(Node node)
    {
        known.Load(node);
        return bounds.Run(known);
    }

    // Looks for lines that prove the node; true if some do.
    private bool Climb(Node node)
    {
        for (int layer = 0; layer < parameters.Length; layer++)
        {
            if (node.Start is { } start)
            {
                start[layer].CopyTo(parameters[layer], 0);
            }
            else
            {
                StartLines(layer);
            }
        }

        adam.Reset();
        Array.Clear(mean);
        int most = node.Parent is null ? options.Iterations : Math.Max(1, options.Iterations / RootsSteps), taken = 0;
        double shrink = Math.Pow(LastShare, 1.0 / most), step = FirstStep, best = double.NegativeInfinity, before = double.NegativeInfinity;
        while (true)
        {
            double value = lines.Bound(search.Margin, known, parameters, gradients);
            if (!double.IsFinite(value))
            {
                // Something overflowed: the gradient says nothing either.
                return false;
            }

            node.Raise(search.Unproved(value));
            if (value > MarginSearch.Goal && lines.Slopes() is var slopes
                && node.Close(LeafProof.ByLines(lines.Bound(search.Margin, known, slopes), slopes)))
            {
                return true;
            }

            for (int i = 0; i < mean.Length; i++)
            {
                mean[i] += (lines.Point[i] - mean[i]) / (taken + 1);
            }

            if (taken == 0)
            {
                ScaleMultipliers();
            }

            best = Math.Max(best, value);
            if (taken++ == most || clock.IsOver)
            {
                return false;
            }

            if (taken % Patience == 0)
            {
                // Far from the goal, the steps that are left would not get there: what they would gain, the sides of a split gain too.
                if (best + (Hope * (best - before) * (most - taken) / Patience) < MarginSearch.Goal)
                {
                    return false;
                }

                before = best;
            }

            adam.Step(parameters, gradients, (float)step, scales, areFree);
            step *= shrink;
        }
    }

    // Multipliers are worth what the form weighs. Where it weighs nothing, for the margin is settled, they can still show that the case is
    // impossible; any length will do then that soon lifts the bound above the goal.
    private void ScaleMultipliers()
    {
        for (int layer = 0; layer < scales.Length; layer++)
        {
            double[] weights = lines.Weights(layer);
            double usual = weights.Length == 0 ? 0 : weights.Sum() / weights.Length / (layer == 0 ? 0.2 : 0.5);
            double least = 0.1 / (network.Steps * network.Layers[layer].Threshold);
            scales[layer] = (float)(usual < 1e-3 * least ? least : usual);
        }
    }

    // Between the flattest lines and Joint's.
    private void StartLines(int layer)
    {
        Array.Clear(parameters[layer]);
        Array.Fill(parameters[layer], 0.5f, 0, parameters[layer].Length / 2);
    }

    private bool Try(double[] point) => simulation.Margin(search.Margin, point) <= 1e-6 && search.Replay(point);

    private (Node First, Node Second)? Split(Node node)
    {
        List<Split> candidates = [.. choice.Rank(known, options.Branching).Take(Candidates)];
        // Splits of the input come last where there are many pixels, and are candidates like others where there are few or all are 0 or 1.
        if ((candidates.Count == 0 || network.Input is not PixelSet || network.Input.Entries <= FewPixels)
            && known.Input.Promising(lines.Form) is { } ofInput)
        {
            candidates.Add(ofInput);
        }

        if (candidates.Count == 0)
        {
            return null;
        }

        float[][] start = [.. parameters.Select(layer => (float[])layer.Clone())];
        if (options.Branching != Branching.Lookahead || candidates.Count == 1)
        {
            return Sides(node, candidates[0], start);
        }

        var (best, gain) = (candidates[0], double.NegativeInfinity);
        foreach (var candidate in candidates)
        {
            if (clock.IsOver)
            {
                break;
            }

            var (one, other) = Pair(node, candidate);
            double first = Glance(one), second = Glance(other);
            double score = Math.Min(first, second) + (0.2 * Math.Max(first, second));
            (best, gain) = score > gain ? (candidate, score) : (best, gain);
        }

        return Sides(node, best, start);
    }

    // A side's bound, looked at once with the lines at hand; what is closed is not worth more than what just is.
    // An empty side would otherwise count for more than real progress on both.
    private double Glance(Node side)
    {
        var state = side.Proof is null ? Enter(side) : CaseState.Empty;
        if (state != CaseState.Bounded)
        {
            return state == CaseState.Empty ? MarginSearch.Goal : double.NegativeInfinity;
        }

        double count = bounds.Margin(search.Margin, known.Phases[^1]);
        return Math.Min(MarginSearch.Goal, count > MarginSearch.Goal ? count : Math.Max(count, lines.Bound(search.Margin, known, parameters, null)));
    }

    private static (Node First, Node Second) Sides(Node node, Split split, float[][] start)
    {
        var sides = Pair(node, split);
        (sides.First.Start, sides.Second.Start, node.Start, node.Sides) = (start, start, null, sides);
        return sides;
    }

    private static (Node First, Node Second) Pair(Node node, Split split)
    {
        node.Split = split;
        return (Side(false), Side(true));

        Node Side(bool isSecond)
        {
            if (split.Kind is SplitKind.Spike or SplitKind.Train)
            {
                return new(node, isSecond, node.Input);
            }

            var input = node.Input.Cut(split, isSecond);
            var side = new Node(node, isSecond, input ?? node.Input);
            side.Close(input is null ? new LeafProof.Empty() : null);
            return side;
        }
    }
}
