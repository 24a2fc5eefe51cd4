namespace SnnDsl.Verification.Bounds;

/// <summary>
/// A slope for what a whole train contributes, a piecewise linear function of the current: that of its convex hull's edge over the
/// midpoint.
/// </summary>
internal static class TrainSlope
{
    // Near a break point both trains count, as where float32 membranes make the trains change.
    private const double Slack = 1.0 / (1 << 18);

    /// <summary>The slope.</summary>
    public static double Of(in TrainMeeting meeting)
    {
        var vertices = Vertices(meeting);
        double middle = (meeting.Lower + meeting.Upper) / 2;
        var (lowest, slope) = (double.PositiveInfinity, 0.0);
        foreach (var (x, y) in vertices.Where(vertex => vertex.X <= middle))
        {
            foreach (var (other, value) in vertices.Where(vertex => vertex.X > middle))
            {
                double rise = (value - y) / (other - x), at = y + (rise * (middle - x));
                (lowest, slope) = at < lowest ? (at, rise) : (lowest, slope);
            }
        }

        double steepest = JointSlopes.Steepest * (meeting.OnSpikes.Sum(Math.Abs) + Math.Abs(meeting.OnLast));
        return Math.Clamp(slope, -steepest, steepest);
    }

    /// <summary>Both ends of every train's currents, and what the train contributes there.</summary>
    public static List<(double X, double Y)> Vertices(in TrainMeeting meeting)
    {
        var (steps, slack) = (meeting.OnSpikes.Length, Slack * meeting.Neurons.Threshold);
        double[] grown = new double[steps + 1];
        for (int m = 1; m <= steps; m++)
        {
            grown[m] = (meeting.Neurons.Decay * grown[m - 1]) + 1;
        }

        List<(double, double)> vertices = [];
        for (int period = 1; period <= steps + 1; period++)
        {
            double from = period > steps ? meeting.Lower : Math.Max(meeting.Lower, (meeting.Neurons.Threshold / grown[period]) - slack);
            double to = period == 1 ? meeting.Upper : Math.Min(meeting.Upper, (meeting.Neurons.Threshold / grown[period - 1]) + slack);
            if (from <= to)
            {
                double spikes = 0, gain = meeting.OnLast * grown[((steps - 1) % period) + 1];
                for (int t = period - 1; t < steps; t += period)
                {
                    spikes += meeting.OnSpikes[t];
                }

                vertices.Add((from, spikes + (gain * from)));
                vertices.Add((to, spikes + (gain * to)));
            }
        }

        return vertices;
    }
}
