namespace SnnDsl.Kernels;

/// <summary>
/// One line below sum_t a_t s[t] + w u[S-1] for each neuron with a constant current, over all trains that may occur for I in [I_l, I_u]: the
/// fast form, for one sample and one row of coefficients, without gradients. Numbers are float64 inside; see
/// <see cref="TrainLine"/> for the same in TorchSharp operations.
/// </summary>
/// <param name="trains">The trains.</param>
internal sealed unsafe class TrainKernel(ConstantTrains trains)
{
    private readonly ConstantTrains.Train[] all = [.. trains.All];
    private readonly int steps = trains.Steps;
    // Below this current there is silence and nothing else.
    private readonly float loud = MathF.BitDecrement((float)trains.All[1].From);

    /// <summary>Finds A and c with sum_t a_t s[t] + w u[S-1] &gt;= A I + c for every neuron.</summary>
    /// <param name="spikes">a_t of neuron i at [t * stride + i]; null for none.</param>
    /// <param name="stride">The step from t to t + 1.</param>
    /// <param name="row">w, [N]; null for none.</param>
    /// <param name="lower">I_l, [N].</param>
    /// <param name="upper">I_u, [N].</param>
    /// <param name="slopes">A, [N], written.</param>
    /// <param name="count">N.</param>
    /// <returns>The sum of all c.</returns>
    public double Relax(float* spikes, nint stride, float* row, float* lower, float* upper, float* slopes, int count) =>
        Relax(spikes, stride, row, lower, upper, slopes, count, null).Constant;

    /// <summary>The same, with what rounding costs.</summary>
    /// <param name="spikes">As above.</param>
    /// <param name="stride">As above.</param>
    /// <param name="row">As above.</param>
    /// <param name="lower">As above.</param>
    /// <param name="upper">As above.</param>
    /// <param name="slopes">As above.</param>
    /// <param name="count">As above.</param>
    /// <param name="magnitude">What the errors of the currents are shares of, [N]; null where nothing is asked of rounding.</param>
    /// <returns>The sum of all c; where magnitudes are given, what stands for rounding too.</returns>
    public Charged Relax(float* spikes, nint stride, float* row, float* lower, float* upper, float* slopes, int count, float* magnitude)
    {
        double total = 0, lost = 0, weighted = 0, slopeSum = 0;
        int others = 0;
        double* a = stackalloc double[steps];
        double* x = stackalloc double[2 * all.Length];
        double* y = stackalloc double[2 * all.Length];
        double constant = 0;
        for (int i = 0; i < count; i++)
        {
            if (row is null && upper[i] < loud)
            {
                slopes[i] = 0;
                continue;
            }

            double weight = row is null ? 0 : row[i];
            double size = Math.Abs(weight);
            for (int t = 0; t < steps; t++)
            {
                a[t] = spikes is null ? 0 : spikes[t * stride + i];
                size += Math.Abs(a[t]);
            }

            // What weighs nothing has the line 0.
            if (size == 0)
            {
                slopes[i] = 0;
                continue;
            }

            int vertices = Vertices(a, weight, lower[i], upper[i], x, y);
            double middle = 0.5 * ((double)lower[i] + upper[i]);
            // The intercept belongs to the slope as it is written: rounded.
            float slope = (float)Math.Clamp(Slope(x, y, vertices, middle), -LineLimits.Steepest * size, LineLimits.Steepest * size);
            double intercept = y[0] - slope * x[0];
            for (int v = 1; v < vertices; v++)
            {
                intercept = Math.Min(intercept, y[v] - slope * x[v]);
            }

            slopes[i] = slope;
            constant += intercept;
            if (magnitude is not null)
            {
                // Sums of up to T coefficients and two products with a current: as many roundings as that, doubled.
                double rounding = 2 * (steps + 8) * Rounding.Double * (size + Math.Abs(slope)) * Math.Max(1, Math.Max(Math.Abs(lower[i]), Math.Abs(upper[i])));
                (total, lost) = (total + Math.Abs(intercept), lost + rounding);
                (weighted, slopeSum) = (weighted + Math.Abs(slope) * (double)magnitude[i], slopeSum + Math.Abs(slope));
                others += slope == 0 ? 0 : 1;
            }
        }

        return new(constant, total, lost, weighted, slopeSum, others);
    }

    /// <summary>What lines through whole trains leave.</summary>
    /// <param name="Constant">The sum of their intercepts.</param>
    /// <param name="Size">The sum of their magnitudes.</param>
    /// <param name="Lost">What the intercepts may have lost in float64.</param>
    /// <param name="Weighted">The sum of the slopes' magnitudes, weighted.</param>
    /// <param name="Slopes">The sum of the slopes' magnitudes.</param>
    /// <param name="Count">How many slopes are other than 0.</param>
    internal readonly record struct Charged(double Constant, double Size, double Lost, double Weighted, double Slopes, int Count);

    // Both ends of what each train has in common with [I_l, I_u].
    private int Vertices(double* a, double weight, double lower, double upper, double* x, double* y)
    {
        int count = 0;
        foreach (ref readonly var train in all.AsSpan())
        {
            var (from, to) = (Math.Max(lower, train.From), Math.Min(upper, train.To));
            if (from > to)
            {
                continue;
            }

            double value = 0;
            for (int t = train.Period - 1; t < steps; t += train.Period)
            {
                value += a[t];
            }

            (x[count], y[count++]) = (from, value + weight * train.Gain * from);
            (x[count], y[count++]) = (to, value + weight * train.Gain * to);
        }

        return count;
    }

    // The slope of the lower hull's edge over a point: the lowest segment there from a vertex on its left to one on its right. Each turn
    // about one of its ends lowers it.
    private static double Slope(double* x, double* y, int count, double middle)
    {
        int left = -1, right = -1;
        for (int v = 0; v < count; v++)
        {
            left = x[v] <= middle && (left < 0 || y[v] < y[left]) ? v : left;
        }

        for (int turn = 0; turn < count; turn++)
        {
            double least = double.PositiveInfinity, greatest = double.NegativeInfinity;
            for (int v = 0; v < count; v++)
            {
                double slope = x[v] > middle ? (y[v] - y[left]) / (x[v] - x[left]) : double.PositiveInfinity;
                (least, right) = slope < least ? (slope, v) : (least, right);
            }

            if (right < 0)
            {
                return 0;
            }

            int before = left;
            for (int v = 0; v < count; v++)
            {
                double slope = x[v] <= middle ? (y[right] - y[v]) / (x[right] - x[v]) : double.NegativeInfinity;
                (greatest, left) = slope > greatest ? (slope, v) : (greatest, left);
            }

            if (left == before)
            {
                break;
            }
        }

        return (y[right] - y[left]) / (x[right] - x[left]);
    }
}
