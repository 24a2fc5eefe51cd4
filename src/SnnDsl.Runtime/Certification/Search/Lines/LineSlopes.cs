namespace SnnDsl.Certification.Search;

/// <summary>The slopes that lines may have: between the edges of the lower convex hull of what a neuron-step, or a train, contributes.</summary>
internal static class LineSlopes
{
    /// <summary>Below this an interval's part counts as a point.</summary>
    public const double Narrow = 1e-9;

    private const double Steepest = 1024;

    // The slope of an open neuron-step between the two extreme sound ones, and its derivatives by c_s, c_r and lambda.
    public static (double Slope, double OnSpike, double OnRest, double OnLambda) Between(
        OpenLayer layer, double cs, double cr, double l, double u, double lambda)
    {
        // Hard reset: c_r u on the left, c_s + c_r v0 on the right. Soft: c_r u throughout, and a step of c_s - c_r th.
        double th = layer.Threshold, left = layer.IsHard ? cr : 0;
        double right = layer.IsHard ? cs + (cr * layer.ResetValue) : cs - (cr * th), rightOnRest = layer.IsHard ? layer.ResetValue : -th;
        double kept = layer.IsHard ? 0 : 1, leftOnRest = 1 - kept;
        double below = Math.Max(th - l, Narrow), above = Math.Max(u - th, Narrow);
        bool lowLeft = left * th < right;
        double v = lowLeft ? left * th : right;
        double vOnSpike = lowLeft ? 0 : 1, vOnRest = lowLeft ? th * leftOnRest : rightOnRest;
        double k1 = (v - (left * l)) / below, k2 = (right - v) / above;
        double slope, onSpike, onRest, onLambda = 0;
        if (k1 <= k2)
        {
            slope = k1 + (lambda * (k2 - k1));
            onLambda = k2 - k1;
            onSpike = ((1 - lambda) * vOnSpike / below) + (lambda * (1 - vOnSpike) / above);
            onRest = ((1 - lambda) * (vOnRest - (leftOnRest * l)) / below) + (lambda * (rightOnRest - vOnRest) / above);
        }
        else
        {
            double width = Math.Max(u - l, Narrow);
            slope = (right - (left * l)) / width;
            (onSpike, onRest) = (1 / width, (rightOnRest - (leftOnRest * l)) / width);
        }

        double steepest = Steepest * (Math.Abs(cs) + Math.Abs(cr));
        if (Math.Abs(slope) > steepest)
        {
            (slope, onSpike, onRest, onLambda) = (Math.Sign(slope) * steepest, 0, 0, 0);
        }

        return (slope + (kept * cr), onSpike, onRest + kept, onLambda);
    }

    // Between the hull's edges at both ends: k1 from the lowest vertex at the left end, k2 to the lowest at the right end.
    public static SlopeChoice Hull(
        CaseBounds.Piece[] pieces, Span<double> value, int found, double l, double u, double lambda, double weight)
    {
        double steepest = Steepest * weight;
        double y1 = double.PositiveInfinity, y2 = double.PositiveInfinity;
        var (first, last) = (0, 0);
        for (int i = 0; i < found; i++)
        {
            (y1, first) = pieces[i].From <= l && value[i] < y1 ? (value[i], i) : (y1, first);
            (y2, last) = pieces[i].To >= u && value[i] < y2 ? (value[i], i) : (y2, last);
        }

        double k1 = double.PositiveInfinity, k2 = double.NegativeInfinity, width1 = 1, width2 = 1;
        var (second, third) = (first, last);
        for (int i = 0; i < found; i++)
        {
            // A line through the left end must pass below both ends of every other piece.
            for (int end = 0; end < 2; end++)
            {
                double x = end == 0 ? pieces[i].From : pieces[i].To;
                if (x > l + Narrow && (value[i] - y1) / (x - l) < k1)
                {
                    (k1, second, width1) = ((value[i] - y1) / (x - l), i, x - l);
                }

                if (x < u - Narrow && (y2 - value[i]) / (u - x) > k2)
                {
                    (k2, third, width2) = ((y2 - value[i]) / (u - x), i, u - x);
                }
            }
        }

        if (double.IsInfinity(k1) || double.IsInfinity(k2))
        {
            return default;
        }

        double slope = k1 + (lambda * (k2 - k1));
        return Math.Abs(slope) > steepest
            ? new(Math.Sign(slope) * steepest, 0, 0, 0, 0, 0, 0, 0)
            : new(slope, k2 - k1, first, second, (1 - lambda) / width1, third, last, lambda / width2);
    }
}
