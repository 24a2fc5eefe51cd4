using SnnDsl.Bounds;
using SnnDsl.Verification.Bounds;

namespace SnnDsl.TinyWalks.Tests;

/// <summary>The slopes that a walk went along, for the checker to go along them again.</summary>
/// <param name="trace">What was written down.</param>
/// <param name="place">Of which sample.</param>
/// <param name="row">Of which row.</param>
/// <param name="scale">What the checker's rows are times the runtime's.</param>
/// <param name="trains">Whether the first layer's lines may be of whole trains.</param>
internal sealed class Traced(LineTrace trace, int place, int row, double scale, bool trains) : ISlopes
{
    private readonly double[][][] slopes =
    [
        .. trace.Slopes.Select(layer => layer is null ? [] : Enumerable.Range(0, (int)layer.size(0)).Select(t => Checked.Values(layer[t, place, row])).ToArray()),
    ];

    /// <inheritdoc/>
    public bool Always => true;

    /// <inheritdoc/>
    public double? Of(in Meeting meeting) => scale * slopes[meeting.Layer][meeting.Step][meeting.Neuron];

    /// <inheritdoc/>
    public double? OfTrain(in TrainMeeting meeting) => trains ? scale * slopes[0][0][meeting.Neuron] : null;
}
