namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>Slope and intercept of a line below c_s s(u) + c_r r(u) for u in [l, U], for one neuron at one step, in plain arithmetic.</summary>
/// <remarks>
/// Written from the definitions. Nothing limits a slope here; <see cref="Steepness"/> says how steep a line for unit coefficients is,
/// so that a caller can leave out what the library flattens on purpose.
/// </remarks>
internal readonly record struct Line(double Slope, double Intercept, double Steepness)
{
    /// <summary>What one neuron's function is made of.</summary>
    public readonly record struct Case(double OnSpike, double OnRest, double Lower, double Upper)
    {
        /// <summary>Its value at a membrane.</summary>
        public double Value(double u, Neuron neuron)
        {
            bool fires = u > neuron.Threshold;
            double r = !fires ? u : neuron.Soft ? u - neuron.Threshold : neuron.ResetValue;
            return (fires ? OnSpike : 0) + OnRest * r;
        }
    }

    public double At(double u) => Slope * u + Intercept;

    public static Line Paper(Case given, Neuron neuron)
    {
        var (cs, cr, l, u) = given;
        double th = neuron.Threshold;
        if (Stable(given, neuron) is { } line)
        {
            return line;
        }

        double slope = 0, intercept = 0, onSpike = cs;
        if (neuron.Soft)
        {
            // r = u - th s.
            slope = cr;
            onSpike -= cr * th;
        }
        else
        {
            // r - v0 s lies between l (1 - s) and th (1 - s).
            double end = cr > 0 ? l : th;
            onSpike += cr * neuron.ResetValue - cr * end;
            intercept = cr * end;
        }

        double steepness;
        if (!LeftSteers(l, u, th))
        {
            // (u - th) / (U - th) <= s <= 1
            steepness = 1 / (u - th);
            (slope, intercept) = onSpike > 0
                ? (slope + onSpike / (u - th), intercept - onSpike * th / (u - th))
                : (slope, intercept + onSpike);
        }
        else
        {
            // 0 <= s <= (u - l) / (th - l)
            steepness = 1 / (th - l);
            (slope, intercept) = onSpike > 0
                ? (slope, intercept)
                : (slope + onSpike / (th - l), intercept - onSpike * l / (th - l));
        }

        return new(slope, intercept, steepness);
    }

    /// <summary>The tightest single line; with a lambda, the line that it picks between the two steepest sound ones.</summary>
    public static Line Joint(Case given, Neuron neuron, double? lambda = null)
    {
        var (cs, cr, l, u) = given;
        double th = neuron.Threshold;
        if (Stable(given, neuron) is { } line)
        {
            return line;
        }

        double passed = 0;
        if (neuron.Soft)
        {
            cs -= cr * th;
            (passed, cr) = (cr, 0);
        }
        else
        {
            cs += cr * neuron.ResetValue;
        }

        double v = Math.Min(cr * th, cs);
        double k2 = (cs - v) / (u - th);
        double k1 = l == th ? (lambda is null ? k2 : 0) : (v - cr * l) / (th - l);
        if (k1 <= k2)
        {
            double k = lambda is { } share ? k1 + share * (k2 - k1) : LeftSteers(l, u, th) ? k1 : k2;
            return new(k + passed, v - k * th, Relative(lambda is null ? Math.Abs(k) : Math.Max(Math.Abs(k1), Math.Abs(k2)), given));
        }

        double chord = (cs - cr * l) / (u - l);
        return new(chord + passed, cr * l - chord * l, 0);
    }

    /// <summary>A neuron whose phase is assumed: the constraint u &lt;= th or u &gt;= th is added with its multiplier.</summary>
    public static Line Split(Case given, Neuron neuron, int phase, double beta)
    {
        var (cs, cr, _, _) = given;
        double th = neuron.Threshold;
        return phase < 0 ? new(cr + beta, -beta * th, 0)
            : neuron.Soft ? new(cr - beta, cs - cr * th + beta * th, 0)
            : new(-beta, cs + cr * neuron.ResetValue + beta * th, 0);
    }

    private static Line? Stable(Case given, Neuron neuron)
    {
        if (given.Upper <= neuron.Threshold)
        {
            return new(given.OnRest, 0, 0);
        }

        if (given.Lower > neuron.Threshold)
        {
            return neuron.Soft
                ? new(given.OnRest, given.OnSpike - given.OnRest * neuron.Threshold, 0)
                : new(0, given.OnSpike + given.OnRest * neuron.ResetValue, 0);
        }

        return null;
    }

    // Sides that are equally wide but for rounding are no choice of the left one.
    private static bool LeftSteers(double l, double u, double th) => th - l > u - th + Kernels.LineLimits.Near * (u - l + th);

    private static double Relative(double steepness, Case given)
    {
        double scale = Math.Abs(given.OnSpike) + Math.Abs(given.OnRest);
        return scale == 0 ? 0 : steepness / scale;
    }
}
