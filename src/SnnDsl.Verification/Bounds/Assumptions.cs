using System.Collections.Immutable;

namespace SnnDsl.Verification.Bounds;

/// <summary>What one case of a proof assumes: of neurons at a step, whether they fire; of neurons with a constant current, their period.</summary>
internal sealed record Assumptions
{
    private ImmutableDictionary<(int Layer, int Step, int Neuron), Phase> Phases { get; init; } =
        ImmutableDictionary<(int, int, int), Phase>.Empty;

    private ImmutableDictionary<int, (int First, int Last)> Trains { get; init; } = ImmutableDictionary<int, (int, int)>.Empty;

    private ImmutableDictionary<int, (bool[]? AtLeast, bool[]? Below)> Words { get; init; } =
        ImmutableDictionary<int, (bool[]?, bool[]?)>.Empty;

    /// <summary>What is assumed of a neuron at a step; open if nothing is.</summary>
    public Phase PhaseOf(int layer, int step, int neuron) => Phases.GetValueOrDefault((layer, step, neuron), Phase.Open);

    /// <summary>The periods that a neuron may have, T + 1 for silence.</summary>
    public (int First, int Last) Periods(int neuron, int steps) => Trains.GetValueOrDefault(neuron, (1, steps + 1));

    /// <summary>The trains that a neuron may have, as words: at least one, and less than another; null for any.</summary>
    public (bool[]? AtLeast, bool[]? Below) Patterns(int neuron) => Words.GetValueOrDefault(neuron);

    /// <summary>The same, and that a neuron's train is at least a word, or less.</summary>
    public Assumptions With(int neuron, bool[] word, bool below)
    {
        var (least, most) = Patterns(neuron);
        bool isNew = below ? most is null || TrainWords.Compare(word, most) < 0 : least is null || TrainWords.Compare(word, least) > 0;
        return !isNew ? this : this with { Words = Words.SetItem(neuron, below ? (least, word) : (word, most)) };
    }

    /// <summary>The same, and that a neuron fires or is silent at a step; null if the contrary is assumed already.</summary>
    public Assumptions? With(int layer, int step, int neuron, Phase phase) => PhaseOf(layer, step, neuron).Contradicts(phase)
        ? null
        : this with { Phases = Phases.SetItem((layer, step, neuron), phase) };

    /// <summary>The same, and that a neuron's period lies in a range; null if none is left.</summary>
    public Assumptions? With(int neuron, int first, int last, int steps)
    {
        var known = Periods(neuron, steps);
        (first, last) = (Math.Max(first, known.First), Math.Min(last, known.Last));
        return first > last ? null : this with { Trains = Trains.SetItem(neuron, (first, last)) };
    }
}
