namespace SnnDsl.Verification.Bounds;

/// <summary>
/// The tightest single line below spike and rest together. From l to the threshold the function is c_r u, above it c_s: where its
/// convex hull has a corner at the threshold, lines through that corner have slopes from k1 to k2; elsewhere the chord is best.
/// </summary>
/// <param name="trains">Whether neurons with a constant current get one line for their whole train.</param>
internal class JointSlopes(bool trains) : ISlopes
{
    /// <summary>Steeper lines, in units of |c_s| + |c_r|, are not drawn: they gain nothing and magnify rounding.</summary>
    public const double Steepest = 1024;

    /// <inheritdoc/>
    public bool Always => false;

    /// <inheritdoc/>
    public double? Of(in Meeting meeting)
    {
        if (meeting.Phase != Phase.Open)
        {
            return null;
        }

        var (l, u, th) = (meeting.Lower, meeting.Upper, meeting.Neurons.Threshold);
        // A soft reset leaves c_r u on both sides; what remains is a step.
        var (onSpike, onRest, through) = meeting.Neurons.Soft
            ? (meeting.OnSpike - (meeting.OnRest * th), 0.0, meeting.OnRest)
            : (meeting.OnSpike + (meeting.OnRest * meeting.Neurons.ResetValue), meeting.OnRest, 0.0);
        double corner = Math.Min(onRest * th, onSpike);
        double k1 = (corner - (onRest * l)) / Width(th - l), k2 = (onSpike - corner) / Width(u - th);
        if (k1 <= k2)
        {
            double steepest = Steepest * (Math.Abs(onSpike) + Math.Abs(onRest));
            double slope = Math.Clamp(Between(meeting, k1, k2), -steepest, steepest);
            return through + Math.Min(Math.Max(slope, k1), k2);
        }

        double chord = (onSpike - (onRest * l)) / Width(u - l);
        return through + Math.Min(Math.Max(chord, 0), Math.Max(onRest, 0));
    }

    /// <inheritdoc/>
    public double? OfTrain(in TrainMeeting meeting) => trains ? TrainSlope.Of(meeting) : null;

    /// <summary>The slope from k1 to k2: the one of least area.</summary>
    protected virtual double Between(in Meeting meeting, double k1, double k2) =>
        meeting.LeftSteers ? k1 : k2;

    private static double Width(double width) => width > 0 ? width : 1;
}
