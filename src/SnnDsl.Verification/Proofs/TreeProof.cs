using System.Text.Json;
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
/// <param name="float32">Whether the margin is that of the float32 network, with sums in any order, rather than the exact one.</param>
internal sealed class TreeProof<T>(Network<T> network, IInputSet<T> input, bool float32)
    where T : struct, IReal<T>
{
    private readonly IInputSet<T> root = new KeptCurrents<T>(input);

    // The trains of constant currents without periods, which proofs may speak of.
    private PatternTrains<T> Patterns => field ??= new(network.Stages[0].Neurons, network.Steps);

    private bool CanHavePatterns => !float32 && network.HasConstantInput && !network.Stages[0].Neurons.HavePeriods;

    /// <summary>At most the least margin.</summary>
    /// <param name="own">The class.</param>
    /// <param name="rival">The rival.</param>
    /// <param name="margin">The margin's proof; null for intervals alone.</param>
    /// <exception cref="RejectedException">The proof is damaged: a side of a split is missing, for example.</exception>
    public T Margin(int own, int rival, JsonElement? margin)
    {
        try
        {
            if (margin is not { } proof)
            {
                return Counts(new(root, new(), Patterns: null), own, rival);
            }

            var slopes = new GivenSlopes(proof.GetProperty("layers"), network.Steps, network.MarginScale);
            return Least(proof.GetProperty("tree"), new(root, new(), slopes.HasTrains && CanHavePatterns ? Patterns : null), slopes, own, rival);
        }
        catch (Exception error) when (ProofFile.IsDamage(error))
        {
            throw new RejectedException($"The proof of the margin over class {rival} is damaged: {error.Message}");
        }
    }

    // The least over the leaves below a node, one after the other: a tree may be deeper than a stack.
    private T Least(JsonElement tree, Case all, GivenSlopes slopes, int own, int rival)
    {
        T least = T.From(double.MaxValue);
        var open = new Stack<(JsonElement Node, Case Case)>([(tree, all)]);
        while (open.TryPop(out var next))
        {
            var (node, here) = next;
            if (node.TryGetProperty("leaf", out var kind))
            {
                least = Leaf(node, kind.GetString()!, here, slopes, own, rival) is { } bound ? T.Min(least, bound) : least;
                continue;
            }

            foreach (var (side, part) in Split(node, here))
            {
                // Both sides must be there, but one that holds no input need not be proved.
                var child = node.GetProperty(side);
                if (part is not null)
                {
                    open.Push((child, part));
                }
            }
        }

        return least;
    }

    private IEnumerable<(string Side, Case? Part)> Split(JsonElement node, Case here)
    {
        if (node.TryGetProperty("spike", out var spike))
        {
            var (layer, step) = (Within(spike[0], network.Stages.Count), Within(spike[1], network.Steps));
            int neuron = Within(spike[2], network.Stages[layer].Width);
            return [
                ("silent", here.Assume(here.Assumptions.With(layer, step, neuron, Phase.Silent))),
                ("fires", here.Assume(here.Assumptions.With(layer, step, neuron, Phase.Fires))),
            ];
        }

        if (node.TryGetProperty("train", out var train))
        {
            if (!network.HasConstantInput || !network.Stages[0].Neurons.HavePeriods)
            {
                throw new FormatException("it splits on periods of neurons that have none");
            }

            var (neuron, period) = (Within(train[0], network.Stages[0].Width), Within(train[1], network.Steps + 1, from: 1));
            return [
                ("within", here.Assume(here.Assumptions.With(neuron, 1, period, network.Steps))),
                ("beyond", here.Assume(here.Assumptions.With(neuron, period + 1, network.Steps + 1, network.Steps))),
            ];
        }

        if (node.TryGetProperty("pattern", out var pattern))
        {
            if (here.Patterns is null)
            {
                throw new FormatException("it splits on patterns of neurons that it does not bound by whole trains");
            }

            var (unit, word) = (Within(pattern[0], network.Stages[0].Width), TrainWords.Read(pattern[1].GetString()!, network.Steps));
            return [
                ("atLeast", here.Assume(here.Assumptions.With(unit, word, below: false))),
                ("less", here.Assume(here.Assumptions.With(unit, word, below: true))),
            ];
        }

        if (node.TryGetProperty("pixel", out var pixel))
        {
            var (at, value) = (Within(pixel[0], network.Inputs), pixel[1].GetDouble());
            return [("below", here.Narrow(here.Input.Cut(at, value, above: false))), ("above", here.Narrow(here.Input.Cut(at, value, above: true)))];
        }

        var entry = node.GetProperty("entry");
        var (frame, place) = (Within(entry[0], network.Steps), Within(entry[1], network.Inputs));
        return [("kept", here.Narrow(here.Input.Fix(frame, place, flipped: false))), ("flipped", here.Narrow(here.Input.Fix(frame, place, flipped: true)))];
    }

    // Null if no input belongs to the case.
    private T? Leaf(JsonElement leaf, string kind, Case here, GivenSlopes slopes, int own, int rival)
    {
        if (Bounds(here) is not { } known)
        {
            return null;
        }

        switch (kind)
        {
            // A case that is said to be empty and is not, as far as intervals can tell, has their bound.
            case "empty" or "counts":
                return new MarginBounds<T>(network, here.Input, known).ByIntervals(own, rival);
            case "lines":
                slopes.Take(leaf);
                return new MarginBounds<T>(network, here.Input, known).ByLines(own, rival, slopes);
            default:
                throw new FormatException($"a leaf is said to be '{kind}', which is none of empty, counts and lines");
        }
    }

    private T Counts(Case here, int own, int rival) => new MarginBounds<T>(network, here.Input, Bounds(here)!).ByIntervals(own, rival);

    private NetworkBounds<T>? Bounds(Case here) =>
        new IntervalPass<T>(network, here.Input, new() { Trains = true, Assumptions = here.Assumptions, Float32 = float32 }, here.Patterns).TryRun();

    private static int Within(JsonElement number, int count, int from = 0)
    {
        int value = number.GetInt32();
        return value >= from && value < count ? value : throw new FormatException($"it names number {value}, and there are {count}");
    }

    /// <summary>What is assumed on the way to a node, and the trains without periods that bound the first layer.</summary>
    private sealed record Case(IInputSet<T> Input, Assumptions Assumptions, PatternTrains<T>? Patterns)
    {
        public Case? Assume(Assumptions? more) => more is null ? null : this with { Assumptions = more };

        public Case? Narrow(IInputSet<T>? part) => part is null ? null : this with { Input = new KeptCurrents<T>(part) };
    }
}
