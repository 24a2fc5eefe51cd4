using System.Runtime.InteropServices;
using System.Text.Json;
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
    /// <param name="steps">T.</param>
    /// <param name="scale">How much larger the forms that are carried back are than the margin: T where its T-fold is.</param>
    public GivenSlopes(JsonElement layers, int steps, double scale)
    {
        this.scale = scale;
        foreach (var layer in layers.EnumerateArray())
        {
            int number = layer.GetProperty("layer").GetInt32();
            bool whole = layer.GetProperty("trains").GetBoolean();
            HasTrains |= whole && number == 0;
            foreach (var neuron in layer.GetProperty("neurons").EnumerateArray())
            {
                bool added = whole ? number == 0 && trains.TryAdd(neuron.GetInt32(), Count) : places.TryAdd((number, neuron.GetInt32()), Count);
                if (!added)
                {
                    throw new FormatException($"neuron {neuron.GetInt32()} of layer {number} is listed twice, or has no train");
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
    /// <param name="leaf">The leaf.</param>
    /// <exception cref="FormatException">It gives too few or too many.</exception>
    public void Take(JsonElement leaf)
    {
        slopes = MemoryMarshal.Cast<byte, float>(leaf.GetProperty("slopes").GetBytesFromBase64()).ToArray();
        if (slopes.Length != Count)
        {
            throw new FormatException($"a leaf gives {slopes.Length} slopes, and its neurons take {Count}");
        }
    }

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

        return places.ContainsKey((0, meeting.Neuron)) ? null : others.OfTrain(meeting);
    }
}
