using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;
using SnnDsl.Verification.Records;

namespace SnnDsl.Verification.Proofs;

/// <summary>
/// A margin's bound by cases. Both sides of every split are looked at, so that the leaves cover all inputs whatever the proof says; each
/// leaf is bounded by arithmetic of one's own.
/// </summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="network">The network.</param>
/// <param name="input">The set of inputs.</param>
/// <param name="proof">The proof's file; null for intervals alone.</param>
/// <param name="float32">Whether the margin is that of the float32 network, with sums in any order, rather than the exact one.</param>
/// <param name="deadline">How long it may take.</param>
internal sealed class TreeProof<T>(Network<T> network, IInputSet<T> input, ProofFile? proof, bool float32, Deadline? deadline = null)
    where T : struct, IReal<T>
{
    private readonly IInputSet<T> root = new KeptCurrents<T>(input);

    // The trains of constant currents without periods, which proofs may speak of.
    private PatternTrains<T> Patterns => field ??= new(network.Stages[0].Neurons, network.Steps);

    private bool CanHavePatterns => !float32 && network.HasConstantInput && network.Stages[0].Neurons is { HavePeriods: false, Equations: null };

    /// <summary>At most the least margin.</summary>
    /// <param name="own">The class.</param>
    /// <param name="rival">The rival.</param>
    /// <exception cref="RejectedException">The proof is damaged: it names a neuron that is not there, for example.</exception>
    public T Margin(int own, int rival)
    {
        try
        {
            if (proof?.Margin(rival) is not { } margin)
            {
                return Bound(new(root, new(), Patterns: null), own, rival);
            }

            var slopes = new GivenSlopes(margin.Layers, [.. network.Stages.Select(stage => stage.Width)], network.Steps, network.MarginScale);
            return Least(margin.Tree, new(root, new(), slopes.HasTrains && CanHavePatterns ? Patterns : null), slopes, own, rival);
        }
        catch (FormatException error)
        {
            throw new RejectedException($"The proof of the margin over class {rival} is damaged: {error.Message.TrimEnd('.')}.");
        }
    }

    // The least over the leaves below a node, one after the other: a tree may be deeper than a stack.
    private T Least(ProofNode tree, Case all, GivenSlopes slopes, int own, int rival)
    {
        T least = T.From(double.MaxValue);
        var open = new Stack<(ProofNode Node, Case Case)>([(tree, all)]);
        while (open.TryPop(out var next))
        {
            deadline?.Check();
            var (node, here) = next;
            if (node.Sides is not var (first, second))
            {
                least = Leaf(node, here, slopes, own, rival) is { } bound ? T.Min(least, bound) : least;
                continue;
            }

            // A side that holds no input need not be proved.
            var (one, other) = Split(node, here);
            if (other is not null)
            {
                open.Push((second, other));
            }

            if (one is not null)
            {
                open.Push((first, one));
            }
        }

        return least;
    }

    private (Case? First, Case? Second) Split(ProofNode node, Case here)
    {
        int[] numbers = node.Numbers;
        switch (node.Kind)
        {
            case "spike":
                var (layer, step) = (Within(numbers[0], network.Stages.Count), Within(numbers[1], network.Steps));
                int at = Within(numbers[2], network.Stages[layer].Width);
                return (
                    here.Assume(here.Assumptions.With(layer, step, at, Phase.Silent)),
                    here.Assume(here.Assumptions.With(layer, step, at, Phase.Fires)));
            case "train":
                if (!network.HasConstantInput || !network.Stages[0].Neurons.HavePeriods)
                {
                    throw new FormatException("it splits on periods of neurons that have none");
                }

                var (neuron, period) = (Within(numbers[0], network.Stages[0].Width), Within(numbers[1], network.Steps + 1, from: 1));
                return (
                    here.Assume(here.Assumptions.With(neuron, 1, period, network.Steps)),
                    here.Assume(here.Assumptions.With(neuron, period + 1, network.Steps + 1, network.Steps)));
            case "pattern":
                if (here.Patterns is null)
                {
                    throw new FormatException("it splits on patterns of neurons that it does not bound by whole trains");
                }

                var (unit, word) = (Within(numbers[0], network.Stages[0].Width), TrainWords.Read(node.Word, network.Steps));
                return (
                    here.Assume(here.Assumptions.With(unit, word, below: false)),
                    here.Assume(here.Assumptions.With(unit, word, below: true)));
            case "pixel":
                int pixel = Within(numbers[0], network.Inputs);
                return (here.Narrow(here.Input.Cut(pixel, node.Value, above: false)), here.Narrow(here.Input.Cut(pixel, node.Value, above: true)));
            default:
                var (frame, place) = (Within(numbers[0], network.Steps), Within(numbers[1], network.Inputs));
                return (here.Narrow(here.Input.Fix(frame, place, flipped: false)), here.Narrow(here.Input.Fix(frame, place, flipped: true)));
        }
    }

    // Null if no input belongs to the case. One that is said to be empty and is not, as far as intervals can tell, has their bound.
    private T? Leaf(ProofNode leaf, Case here, GivenSlopes slopes, int own, int rival)
    {
        if (Bounds(here) is not { } known)
        {
            return null;
        }

        var margins = new MarginBounds<T>(network, here.Input, known);
        if (leaf.Word != "lines")
        {
            return margins.ByIntervals(own, rival);
        }

        slopes.Take(proof!.Slopes(leaf, slopes.Count));
        return margins.ByLines(own, rival, slopes);
    }

    private T Bound(Case here, int own, int rival) => new MarginBounds<T>(network, here.Input, Bounds(here)!).ByIntervals(own, rival);

    private NetworkBounds<T>? Bounds(Case here) =>
        new IntervalPass<T>(network, here.Input, new() { Trains = true, Products = true, Deadline = deadline, Assumptions = here.Assumptions, Float32 = float32 }, here.Patterns).TryRun();

    private static int Within(int value, int count, int from = 0) =>
        value >= from && value < count ? value : throw new FormatException($"it names number {value}, and there are {count}");

    /// <summary>What is assumed on the way to a node, and the trains without periods that bound the first layer.</summary>
    private sealed record Case(IInputSet<T> Input, Assumptions Assumptions, PatternTrains<T>? Patterns)
    {
        public Case? Assume(Assumptions? more) => more is null ? null : this with { Assumptions = more };

        public Case? Narrow(IInputSet<T>? part) => part is null ? null : this with { Input = new KeptCurrents<T>(part) };
    }
}
