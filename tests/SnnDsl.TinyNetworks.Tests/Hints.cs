using SnnDsl.Verification.Bounds;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>Slopes that nobody would choose.</summary>
/// <param name="seed">Which.</param>
/// <param name="always">Whether lines are drawn even where nothing weighs on a neuron.</param>
internal sealed class Hints(int seed, bool always) : ISlopes
{
    private static readonly double[] s_slopes = [0, 0.25, -0.5, 1, 0.75, -0.125, 2];

    /// <inheritdoc/>
    public bool Always => always;

    /// <summary>By layer, step and neuron.</summary>
    public double At(int layer, int t, int neuron) => s_slopes[(seed + (5 * layer) + (3 * t) + neuron) % s_slopes.Length];

    /// <inheritdoc/>
    public double? Of(in Meeting meeting) => !always && meeting.Phase != Phase.Open ? null : At(meeting.Layer, meeting.Step, meeting.Neuron);

    /// <inheritdoc/>
    public double? OfTrain(in TrainMeeting meeting) => null;
}
