using SnnDsl.Verification.Bounds;

namespace SnnDsl.Verification.Proofs;

/// <summary>The slopes that a leaf of a proof gives, for the neurons that the proof lists; Joint's lines for others that are open.</summary>
internal sealed class GivenSlopes : ISlopes
{
    private readonly Dictionary<(int Layer, int Neuron), int> places = [];
    private readonly Dictionary<int, int> trains = [];
    private readonly JointSlopes others = new(trains: true);
    private readonly double scale;
    private float[] slopes = [];

    /// <summary>Reads which neurons a proof lists.</summary>
    /// <param name="layers">The proof's layers.</param>
    /// <param name="widths">How many neurons each layer has.</param>
    /// <param name="steps">T.</param>
    /// <param name="scale">How much larger the forms that are carried back are than the margin: T where its T-fold is.</param>
    /// <exception cref="FormatException">It lists one twice, or one that is not there.</exception>
    public GivenSlopes(IReadOnlyList<MarginProof.Layer> layers, IReadOnlyList<int> widths, int steps, double scale)
    {
        this.scale = scale;
        foreach (var (number, whole, neurons) in layers)
        {
            HasTrains |= whole && number == 0;
            foreach (int neuron in neurons)
            {
                bool isThere = number >= 0 && number < widths.Count && neuron >= 0 && neuron < widths[number];
                bool added = isThere && (whole ? number == 0 && trains.TryAdd(neuron, Count) : places.TryAdd((number, neuron), Count));
                if (!added)
                {
                    throw new FormatException($"neuron {neuron} of layer {number} is listed twice, is not there, or has no train");
                }

                Count += whole ? 1 : steps;
            }
        }
    }

    /// <summary>Whether whole trains bound the first layer.</summary>
    public bool HasTrains { get; }

    /// <summary>How many slopes a leaf gives.</summary>
    public int Count { get; }

    /// <inheritdoc/>
    public bool Always => true;

    /// <summary>Takes a leaf's slopes.</summary>
    /// <param name="given">As many as <see cref="Count"/>.</param>
    public void Take(float[] given) => slopes = given;

    /// <inheritdoc/>
    public double? Of(in Meeting meeting) => places.TryGetValue((meeting.Layer, meeting.Neuron), out int place)
        ? scale * slopes[place + meeting.Step]
        : meeting is { OnSpike: 0, OnRest: 0 } ? null : others.Of(meeting);

    /// <inheritdoc/>
    public double? OfTrain(in TrainMeeting meeting)
    {
        if (trains.TryGetValue(meeting.Neuron, out int place))
        {
            return scale * slopes[place];
        }

        return places.ContainsKey((0, meeting.Neuron)) ? null
            : meeting.OnLast == 0 && Array.TrueForAll(meeting.OnSpikes, weight => weight == 0) ? 0
            : others.OfTrain(meeting);
    }
}
