using SnnDsl.Model;

namespace SnnDsl.Verification.Bounds;

/// <summary>
/// Coefficients on the states y of a neuron below what its spike and what it leaves contribute, in float64: a hint, as all slopes are.
/// With v = w . y - th, p0 = P0'p and delta = P1'p - p0 = kappa w + z that is p0 . y + h(v) + s z . y, where h is 0 for v &lt;= 0 and
/// kappa (v + th) + e above; h gets its tightest single line, and s z . y one of its two bounds.
/// </summary>
/// <param name="neuron">The equations.</param>
/// <param name="onSpike">a.</param>
/// <param name="onLeft">p, on what the step leaves.</param>
internal sealed class EquationSlopes(NeuronEquations neuron, double onSpike, double[] onLeft)
{
    /// <summary>The coefficients.</summary>
    /// <param name="phase">What is known of the spike.</param>
    /// <param name="lower">At most w . y.</param>
    /// <param name="upper">At least w . y.</param>
    /// <param name="box">Ends of y, state by state.</param>
    /// <param name="silent">Ends of its part that does not fire.</param>
    /// <param name="fired">Ends of its part that does.</param>
    public double[] Of(
        Phase phase, double lower, double upper, (double From, double To)[] box, (double From, double To)[] silent, (double From, double To)[] fired)
    {
        double[] p0 = Transposed(neuron.Silent.Matrix), p1 = Transposed(neuron.Fired.Matrix);
        if (phase != Phase.Open)
        {
            return phase == Phase.Silent ? p0 : p1;
        }

        int size = neuron.Size;
        double length = 0, kappa = 0, jump = onSpike, toward = 0, steep = Math.Abs(onSpike), th = neuron.Spike.Threshold;
        for (int i = 0; i < size; i++)
        {
            double w = neuron.Guard[i];
            length += w * w;
            kappa += (p1[i] - p0[i]) * w;
            toward -= p0[i] * w;
            jump += onLeft[i] * ((double)neuron.Fired.Offset[i] - neuron.Silent.Offset[i]);
            steep += Math.Abs(onLeft[i]);
        }

        (kappa, toward, steep) = (kappa / length, toward / length, steep * JointSlopes.Steepest);
        double[] z = new double[size];
        double least = 0, most = 0;
        for (int i = 0; i < size; i++)
        {
            z[i] = p1[i] - p0[i] - (kappa * neuron.Guard[i]);
            // What is left of rounding is none of the neuron's.
            z[i] = Math.Abs(z[i]) <= 1e-14 * (Math.Abs(p0[i]) + Math.Abs(p1[i]) + Math.Abs(kappa)) ? 0 : z[i];
            least += z[i] * (z[i] >= 0 ? fired[i].From : fired[i].To);
            most += z[i] * (z[i] >= 0 ? silent[i].To : silent[i].From);
        }

        var (l, u) = (lower - th, upper - th);
        var (k, b) = Line(kappa, jump + least, l, u, th, toward, steep);
        double[] on = [.. Enumerable.Range(0, size).Select(i => p0[i])];
        if (Array.TrueForAll(z, part => part == 0))
        {
            return Along(on, k);
        }

        var (k2, b2) = Line(kappa, jump + most, l, u, th, toward, steep);
        double v = -th, across = 0;
        for (int i = 0; i < size; i++)
        {
            double middle = (box[i].From + box[i].To) / 2;
            (v, across) = (v + (neuron.Guard[i] * middle), across + (z[i] * middle));
        }

        // Where both are chords they meet exactly there: the first, unless the second is better by more than rounding.
        double near = (Math.Abs(k * v) + Math.Abs(b) + Math.Abs(k2 * v) + Math.Abs(b2) + Math.Abs(most) + Math.Abs(across)) * Meeting.Near;
        if ((k * v) + b + near >= (k2 * v) + b2 - most + across)
        {
            return Along(on, k);
        }

        for (int i = 0; i < size; i++)
        {
            on[i] += z[i];
        }

        return Along(on, k2);
    }

    // Slope and intercept below h.
    private static (double Slope, double Intercept) Line(double kappa, double e, double l, double u, double th, double toward, double steep)
    {
        double jump = (kappa * th) + e, end = jump + (kappa * u), corner = Math.Min(jump, 0);
        double k1 = corner / Width(-l), k2 = (end - corner) / Width(u), k;
        if (k1 <= k2)
        {
            double low = Math.Max(k1, Math.Min(k2, toward - steep)), high = Math.Min(k2, Math.Max(k1, toward + steep));
            k = -l > u + ((u - l + Math.Abs(th)) * Meeting.Near) ? low : high;
        }
        else
        {
            k = Math.Min(end / Width(u - l), 0);
        }

        return (k, Math.Min(Math.Min(corner, -k * l), end - (k * u)));
    }

    private double[] Along(double[] on, double slope)
    {
        for (int i = 0; i < on.Length; i++)
        {
            on[i] += slope * neuron.Guard[i];
        }

        return on;
    }

    private double[] Transposed(Coefficients m)
    {
        double[] result = new double[m.Columns];
        for (int i = 0; i < m.Rows; i++)
        {
            for (int j = 0; j < m.Columns; j++)
            {
                result[j] += m[i, j] * onLeft[i];
            }
        }

        return result;
    }

    private static double Width(double width) => width > 0 ? width : 1;
}
