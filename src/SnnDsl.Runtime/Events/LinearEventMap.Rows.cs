using System.Runtime.Intrinsics;

namespace SnnDsl.Events;

/// <content>The inner loops: sums of rows that a list of offsets names, eight vectors of outputs in registers.</content>
internal sealed unsafe partial class LinearEventMap
{
    private const int Eight = 8 * Lanes.Width;

    /// <summary>target += the rows at the offsets.</summary>
    private static void AddRows(float* rows, int* offsets, int count, float* target, int length)
    {
        int o = 0;
        for (; o + Eight <= length; o += Eight)
        {
            float* t = target + o;
            float* r = rows + o;
            var (a, b, c, d) = (Lanes.Load(t), Lanes.Load(t + 16), Lanes.Load(t + 32), Lanes.Load(t + 48));
            var (e, f, g, h) = (Lanes.Load(t + 64), Lanes.Load(t + 80), Lanes.Load(t + 96), Lanes.Load(t + 112));
            for (int j = 0; j < count; j++)
            {
                float* p = r + offsets[j];
                a = Lanes.Add(a, Lanes.Load(p));
                b = Lanes.Add(b, Lanes.Load(p + 16));
                c = Lanes.Add(c, Lanes.Load(p + 32));
                d = Lanes.Add(d, Lanes.Load(p + 48));
                e = Lanes.Add(e, Lanes.Load(p + 64));
                f = Lanes.Add(f, Lanes.Load(p + 80));
                g = Lanes.Add(g, Lanes.Load(p + 96));
                h = Lanes.Add(h, Lanes.Load(p + 112));
            }

            Lanes.Store(t, a);
            Lanes.Store(t + 16, b);
            Lanes.Store(t + 32, c);
            Lanes.Store(t + 48, d);
            Lanes.Store(t + 64, e);
            Lanes.Store(t + 80, f);
            Lanes.Store(t + 96, g);
            Lanes.Store(t + 112, h);
        }

        for (; o + Lanes.Width <= length; o += Lanes.Width)
        {
            var sum = Lanes.Load(target + o);
            for (int j = 0; j < count; j++)
            {
                sum = Lanes.Add(sum, Lanes.Load(rows + o + offsets[j]));
            }

            Lanes.Store(target + o, sum);
        }

        for (; o < length; o++)
        {
            float sum = target[o];
            for (int j = 0; j < count; j++)
            {
                sum += rows[o + offsets[j]];
            }

            target[o] = sum;
        }
    }

    /// <summary>Both targets, which are equal on entry to the first block alone, += the rows at the offsets.</summary>
    private static void AddRowsTwice(float* rows, int* offsets, int count, float* lower, float* upper, int length)
    {
        AddRows(rows, offsets, count, lower, length);
        AddRows(rows, offsets, count, upper, length);
    }

    /// <summary>lower += min(row, 0), upper += max(row, 0) for the rows at the offsets.</summary>
    private static void AddSignedRows(float* rows, int* offsets, int count, float* lower, float* upper, int length)
    {
        var zero = Vector512<float>.Zero;
        int o = 0;
        for (; o + 4 * Lanes.Width <= length; o += 4 * Lanes.Width)
        {
            float* l = lower + o;
            float* u = upper + o;
            float* r = rows + o;
            var (a, b, c, d) = (Lanes.Load(l), Lanes.Load(l + 16), Lanes.Load(l + 32), Lanes.Load(l + 48));
            var (e, f, g, h) = (Lanes.Load(u), Lanes.Load(u + 16), Lanes.Load(u + 32), Lanes.Load(u + 48));
            for (int j = 0; j < count; j++)
            {
                float* p = r + offsets[j];
                var (w, x, y, z) = (Lanes.Load(p), Lanes.Load(p + 16), Lanes.Load(p + 32), Lanes.Load(p + 48));
                a = Lanes.Add(a, Lanes.Min(w, zero));
                b = Lanes.Add(b, Lanes.Min(x, zero));
                c = Lanes.Add(c, Lanes.Min(y, zero));
                d = Lanes.Add(d, Lanes.Min(z, zero));
                e = Lanes.Add(e, Lanes.Max(w, zero));
                f = Lanes.Add(f, Lanes.Max(x, zero));
                g = Lanes.Add(g, Lanes.Max(y, zero));
                h = Lanes.Add(h, Lanes.Max(z, zero));
            }

            Lanes.Store(l, a);
            Lanes.Store(l + 16, b);
            Lanes.Store(l + 32, c);
            Lanes.Store(l + 48, d);
            Lanes.Store(u, e);
            Lanes.Store(u + 16, f);
            Lanes.Store(u + 32, g);
            Lanes.Store(u + 48, h);
        }

        for (; o < length; o++)
        {
            for (int j = 0; j < count; j++)
            {
                float w = rows[o + offsets[j]];
                lower[o] += MathF.Min(w, 0);
                upper[o] += MathF.Max(w, 0);
            }
        }
    }

    /// <summary>target += the upper gradients' rows where w &gt; 0, the lower ones' where w &lt; 0, their mean where w = 0.</summary>
    private static void AddBySign(float* w, float* lower, float* upper, int* offsets, int count, float* target, int length)
    {
        if (count == 0)
        {
            return;
        }

        var half = Lanes.All(0.5f);
        int o = 0;
        for (; o + 2 * Lanes.Width <= length; o += 2 * Lanes.Width)
        {
            var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (int j = 0; j < count; j++)
            {
                float* l = lower + o + offsets[j];
                float* u = upper + o + offsets[j];
                a = Lanes.Add(a, Lanes.Load(l));
                b = Lanes.Add(b, Lanes.Load(l + 16));
                c = Lanes.Add(c, Lanes.Load(u));
                d = Lanes.Add(d, Lanes.Load(u + 16));
            }

            Lanes.Store(target + o, Lanes.Add(Lanes.Load(target + o), BySign(Lanes.Load(w + o), a, c, half)));
            Lanes.Store(target + o + 16, Lanes.Add(Lanes.Load(target + o + 16), BySign(Lanes.Load(w + o + 16), b, d, half)));
        }

        for (; o < length; o++)
        {
            float below = 0;
            float above = 0;
            for (int j = 0; j < count; j++)
            {
                below += lower[o + offsets[j]];
                above += upper[o + offsets[j]];
            }

            target[o] += w[o] > 0 ? above : w[o] < 0 ? below : 0.5f * (below + above);
        }
    }

    private static Vector512<float> BySign(Vector512<float> w, Vector512<float> lower, Vector512<float> upper, Vector512<float> half) =>
        Vector512.ConditionalSelect(
            Vector512.GreaterThan(w, Vector512<float>.Zero), upper,
            Vector512.ConditionalSelect(Vector512.LessThan(w, Vector512<float>.Zero), lower, (lower + upper) * half));
}
