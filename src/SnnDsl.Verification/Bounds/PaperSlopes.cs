namespace SnnDsl.Verification.Bounds;

/// <summary>The lines of Liang et al., NeurIPS 2022: the reset between l (1 - s) and th (1 - s), then a line for the spike alone.</summary>
internal sealed class PaperSlopes : ISlopes
{
    /// <inheritdoc/>
    public bool Always => false;

    /// <inheritdoc/>
    public double? Of(in Meeting meeting)
    {
        if (meeting.Phase != Phase.Open)
        {
            return null;
        }

        var (l, u, th, cr) = (meeting.Lower, meeting.Upper, meeting.Neurons.Threshold, meeting.OnRest);
        double onSpike = meeting.Neurons.Soft
            ? meeting.OnSpike - (cr * th)
            : meeting.OnSpike + (cr * meeting.Neurons.ResetValue) - (cr >= 0 ? cr * l : cr * th);
        bool wide = !meeting.LeftSteers;
        // The lower line rises from the threshold to U, the upper one from l to the threshold; the other of the two is flat.
        double line = (onSpike >= 0, wide) switch
        {
            (true, true) => 1 / (u - th),
            (false, false) => 1 / (th - l),
            _ => 0,
        };
        return (onSpike * Math.Min(line, JointSlopes.Steepest)) + (meeting.Neurons.Soft ? cr : 0);
    }

    /// <inheritdoc/>
    public double? OfTrain(in TrainMeeting meeting) => null;
}
