using SnnDsl.Generator.Model;
using SnnDsl.Kernels;

namespace SnnDsl.Generator.Tests.Kernels;

/// <summary>One neuron, step by step, straight from the definitions; in float64 where rounding is not the question.</summary>
internal static class Reference
{
    /// <summary>Spikes and membranes in float32, every operation rounded by itself.</summary>
    public static (float[] Spikes, float[] Membranes) Forward(NeuronModel n, float[] current)
    {
        float[] s = new float[current.Length], u = new float[current.Length];
        float r = 0;
        for (int t = 0; t < current.Length; t++)
        {
            float leaked = n.Decay * r;
            u[t] = leaked + current[t];
            s[t] = u[t] > n.Threshold ? 1 : 0;
            r = s[t] == 0 ? u[t] : n.Reset == ResetKind.Hard ? n.ResetValue : u[t] - n.Threshold;
        }

        return (s, u);
    }

    /// <summary>Intervals of the membranes in float32.</summary>
    public static (float[] Lower, float[] Upper) Intervals(NeuronModel n, float[] low, float[] high)
    {
        float[] l = new float[low.Length], u = new float[low.Length];
        float rl = 0, ru = 0;
        for (int t = 0; t < low.Length; t++)
        {
            float leakedLow = n.Decay * rl, leakedHigh = n.Decay * ru;
            (l[t], u[t]) = (leakedLow + low[t], leakedHigh + high[t]);
            (rl, ru) = (l[t], u[t]) switch
            {
                var (a, b) when b <= n.Threshold => (a, b),
                var (a, b) when n.Reset == ResetKind.Soft => a > n.Threshold
                    ? (a - n.Threshold, b - n.Threshold)
                    : (Math.Min(a, 0), Math.Max(n.Threshold, b - n.Threshold)),
                var (a, _) when a > n.Threshold => (n.ResetValue, n.ResetValue),
                var (a, _) => (Math.Min(a, n.ResetValue), Math.Max(n.Threshold, n.ResetValue)),
            };
        }

        return (l, u);
    }

    /// <summary>ds/du.</summary>
    public static double Surrogate(NeuronModel n, double u)
    {
        double x = u - n.Threshold, w = n.SurrogateWidth;
        return n.Surrogate switch
        {
            SurrogateKind.Rectangular => Math.Abs(x) < w / 2 ? 1 / w : 0,
            SurrogateKind.Triangular => Math.Max(0, 1 - Math.Abs(x) / w) / w,
            SurrogateKind.Arctan => 1 / (w * (1 + Math.Pow(Math.PI * x / w, 2))),
            SurrogateKind.StraightThrough => 1,
            SurrogateKind.Sigmoid => 1 / (w * Math.Pow(2 * Math.Cosh(x / w / 2), 2)),
            SurrogateKind.Gaussian => Math.Exp(-x * x / (2 * w * w)) / (w * Math.Sqrt(2 * Math.PI)),
            SurrogateKind.Erf => Math.Exp(-x * x / (w * w)) / (w * Math.Sqrt(Math.PI)),
            SurrogateKind.PiecewiseExponential => Math.Exp(-Math.Abs(x) / w) / (2 * w),
            _ => 1 / (2 * w * Math.Pow(1 + Math.Abs(x) / w, 2)),
        };
    }

    /// <summary>The smooth step whose derivative the surrogate is.</summary>
    public static double SmoothStep(NeuronModel n, double u)
    {
        double x = u - n.Threshold, w = n.SurrogateWidth;
        double y = Math.Clamp(x / w, -1, 1);
        return n.Surrogate switch
        {
            SurrogateKind.Rectangular => Math.Clamp(x / w, -0.5, 0.5),
            SurrogateKind.Triangular => y - Math.Sign(y) * y * y / 2,
            SurrogateKind.Arctan => Math.Atan(Math.PI * x / w) / Math.PI,
            SurrogateKind.StraightThrough => x,
            SurrogateKind.Sigmoid => Math.Tanh(x / w / 2) / 2,
            SurrogateKind.Gaussian => Erf(x / w / Math.Sqrt(2)) / 2,
            SurrogateKind.Erf => Erf(x / w) / 2,
            SurrogateKind.PiecewiseExponential => Math.Sign(x) * (1 - Math.Exp(-Math.Abs(x) / w)) / 2,
            _ => 0.5 * x / (w + Math.Abs(x)),
        };
    }

    // By Simpson's rule.
    private static double Erf(double z)
    {
        const int Parts = 400;
        double h = z / Parts;
        return 2 / Math.Sqrt(Math.PI) * h / 3 * Enumerable.Range(0, Parts + 1)
            .Sum(k => (k is 0 or Parts ? 1 : k % 2 == 1 ? 4 : 2) * Math.Exp(-h * k * h * k));
    }

    /// <summary>A and c of a relaxation.</summary>
    public static (double[] A, double C) Relax(
        NeuronModel n, RelaxationRule rule, double[]? spikes, double row, double[] lower, double[] upper)
    {
        int steps = lower.Length;
        double[] a = new double[steps];
        double c = 0, cr = 0;
        for (int t = steps - 1; t >= 0; t--)
        {
            var line = Line(n, rule, spikes is null ? 0 : spikes[t], cr, lower[t], upper[t]);
            a[t] = line.Slope + (t == steps - 1 ? row : 0);
            c += line.Intercept;
            cr = n.Decay * a[t];
        }

        return (a, c);
    }

    /// <summary>A line below c_s s + c_r r for u in [l, U].</summary>
    public static (double Slope, double Intercept) Line(NeuronModel n, RelaxationRule rule, double cs, double cr, double l, double u)
    {
        double th = n.Threshold;
        if (n.Reset == ResetKind.Soft)
        {
            var (slope, intercept) = Spike(rule, cs - cr * th, 0, l, u, th);
            return (slope + cr, intercept);
        }

        return Spike(rule, cs + cr * n.ResetValue, cr, l, u, th);
    }

    // A line below cs 1[u > th] + cr u 1[u <= th].
    private static (double Slope, double Intercept) Spike(RelaxationRule rule, double cs, double cr, double l, double u, double th)
    {
        if (u <= th)
        {
            return (cr, 0);
        }

        if (l > th)
        {
            return (0, cs);
        }

        if (rule == RelaxationRule.Paper)
        {
            double p = cr >= 0 ? l : th;
            var (slope, intercept) = PaperSpike(cs - cr * p >= 0, l, u, th);
            return ((cs - cr * p) * slope, (cs - cr * p) * intercept + cr * p);
        }

        double v = Math.Min(cr * th, cs);
        double k1 = l == th ? double.NegativeInfinity : (v - cr * l) / (th - l);
        double k2 = (cs - v) / (u - th);
        if (k1 > k2 + 1e-12)
        {
            double chord = (cs - cr * l) / (u - l);
            return (chord, (cr - chord) * l);
        }

        double most = LineLimits.Steepest * (Math.Abs(cs) + Math.Abs(cr));
        double k = Math.Clamp(LeftSteers(l, u, th) ? k1 : k2, -most, most);
        return (k, v - k * th);
    }

    private static bool LeftSteers(double l, double u, double th) => th - l > u - th + LineLimits.Near * (u - l + th);

    private static (double Slope, double Intercept) PaperSpike(bool below, double l, double u, double th)
    {
        double steep = LeftSteers(l, u, th) ? (below ? 0 : 1 / (th - l)) : (below ? 1 / (u - th) : 0);
        steep = Math.Min(steep, LineLimits.Steepest);
        return (steep, (below ? 0 : 1) - steep * th);
    }
}
