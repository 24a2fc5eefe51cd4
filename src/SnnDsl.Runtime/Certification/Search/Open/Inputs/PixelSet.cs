using SnnDsl.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Certification.Search.Inputs;

/// <summary>Pixels in a box, the same at all steps.</summary>
/// <remarks>
/// The box's ends were rounded to the network's precision, and a certificate is for the exact one. Bounds have a guard for that; parts that
/// are cut off and found empty have none, so the whole box is moved outward before it is cut. Points are taken from the box itself.
/// </remarks>
internal sealed class PixelSet(double[] lower, double[] upper, Interval box) : SearchSet(1, lower.Length)
{
    /// <summary>The set of a box of a batch of one.</summary>
    /// <param name="box">The box.</param>
    /// <param name="members">The box in the network's own precision.</param>
    public static PixelSet Create(Interval box, Interval members)
    {
        var (lower, upper) = box.Outward();
        return new(Values(lower), Values(upper), members);
    }

    /// <inheritdoc/>
    public override void Currents(OpenLayer layer, double[] low, double[] high)
    {
        double[] centre = new double[Entries], radius = new double[Entries], reach = new double[layer.Count];
        for (int i = 0; i < Entries; i++)
        {
            (centre[i], radius[i]) = ((lower[i] + upper[i]) / 2, (upper[i] - lower[i]) / 2);
        }

        layer.Base.AsSpan(0, layer.Count).CopyTo(low);
        layer.Weights.Apply(centre, low);
        layer.Weights.ApplyAbsolute(radius, reach);
        for (int n = 0; n < layer.Count; n++)
        {
            (low[n], high[n]) = (low[n] - reach[n] - layer.Slack[n], low[n] + reach[n] + layer.Slack[n]);
        }
    }

    /// <inheritdoc/>
    public override double Least(double[] a, double[] x)
    {
        double sum = 0;
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = a[i] > 0 ? lower[i] : a[i] < 0 ? upper[i] : (lower[i] + upper[i]) / 2;
            sum += a[i] * x[i];
        }

        return sum;
    }

    /// <inheritdoc/>
    public override Tensor Point(double[] x)
    {
        using var scope = NewDisposeScope();
        var point = tensor(x).to(box.Lower.dtype).view(box.Lower.shape).to(box.Lower.device);
        // Rounding must not leave the box, whose ends are numbers of the network's own precision.
        return minimum(maximum(point, box.Lower), box.Upper).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override SearchSet? Cut(Split split, bool second)
    {
        if (second ? split.Value > upper[split.Unit] : split.Value < lower[split.Unit])
        {
            return null;
        }

        double[] ends = [.. second ? lower : upper];
        ends[split.Unit] = second ? Math.Max(ends[split.Unit], split.Value) : Math.Min(ends[split.Unit], split.Value);
        return second ? new(ends, upper, box) : new PixelSet(lower, ends, box);
    }

    /// <inheritdoc/>
    public override Split? Promising(double[] a)
    {
        var (best, score) = (-1, -1.0);
        for (int i = 0; i < Entries; i++)
        {
            double width = upper[i] - lower[i];
            if (width > 1e-7 && (Math.Abs(a[i]) + 1e-9) * width > score)
            {
                (best, score) = (i, (Math.Abs(a[i]) + 1e-9) * width);
            }
        }

        return best < 0 ? null : Split.Pixel(best, (float)((lower[best] + upper[best]) / 2));
    }
}
