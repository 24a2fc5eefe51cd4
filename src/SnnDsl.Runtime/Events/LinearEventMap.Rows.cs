using System.Runtime.Intrinsics;
using SnnDsl.Hardware;

namespace SnnDsl.Events;

/// <content>The inner loops: sums of rows that a list of offsets names, eight vectors of outputs in registers.</content>
internal sealed unsafe partial class LinearEventMap
{
    private const int Eight = 8 * Wide.Width;

    /// <summary>target += the rows at the offsets.</summary>
    private static void AddRows(float* rows, int* offsets, int count, float* target, int length)
    {
        int o = 0;
        for (; o + Eight <= length; o += Eight)
        {
            float* t = target + o;
            float* r = rows + o;
            var (a, b, c, d) = (Wide.Load(t), Wide.Load(t + 16), Wide.Load(t + 32), Wide.Load(t + 48));
            var (e, f, g, h) = (Wide.Load(t + 64), Wide.Load(t + 80), Wide.Load(t + 96), Wide.Load(t + 112));
            for (int j = 0; j < count; j++)
            {
                float* p = r + offsets[j];
                a = Wide.Add(a, Wide.Load(p));
                b = Wide.Add(b, Wide.Load(p + 16));
                c = Wide.Add(c, Wide.Load(p + 32));
                d = Wide.Add(d, Wide.Load(p + 48));
                e = Wide.Add(e, Wide.Load(p + 64));
                f = Wide.Add(f, Wide.Load(p + 80));
                g = Wide.Add(g, Wide.Load(p + 96));
                h = Wide.Add(h, Wide.Load(p + 112));
            }

            Wide.Store(t, a);
            Wide.Store(t + 16, b);
            Wide.Store(t + 32, c);
            Wide.Store(t + 48, d);
            Wide.Store(t + 64, e);
            Wide.Store(t + 80, f);
            Wide.Store(t + 96, g);
            Wide.Store(t + 112, h);
        }

        for (; o + Wide.Width <= length; o += Wide.Width)
        {
            var sum = Wide.Load(target + o);
            for (int j = 0; j < count; j++)
            {
                sum = Wide.Add(sum, Wide.Load(rows + o + offsets[j]));
            }

            Wide.Store(target + o, sum);
        }

        // A layer of ten classes has nothing but such a rest.
        for (; o + 8 <= length; o += 8)
        {
            var sum = Vector256.Load(target + o);
            for (int j = 0; j < count; j++)
            {
                sum += Vector256.Load(rows + o + offsets[j]);
            }

            sum.Store(target + o);
        }

        for (; o + 2 <= length; o += 2)
        {
            var (first, second) = (target[o], target[o + 1]);
            for (int j = 0; j < count; j++)
            {
                float* row = rows + o + offsets[j];
                first += row[0];
                second += row[1];
            }

            (target[o], target[o + 1]) = (first, second);
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
        for (; o + 4 * Wide.Width <= length; o += 4 * Wide.Width)
        {
            float* l = lower + o;
            float* u = upper + o;
            float* r = rows + o;
            var (a, b, c, d) = (Wide.Load(l), Wide.Load(l + 16), Wide.Load(l + 32), Wide.Load(l + 48));
            var (e, f, g, h) = (Wide.Load(u), Wide.Load(u + 16), Wide.Load(u + 32), Wide.Load(u + 48));
            for (int j = 0; j < count; j++)
            {
                float* p = r + offsets[j];
                var (w, x, y, z) = (Wide.Load(p), Wide.Load(p + 16), Wide.Load(p + 32), Wide.Load(p + 48));
                a = Wide.Add(a, Wide.Min(w, zero));
                b = Wide.Add(b, Wide.Min(x, zero));
                c = Wide.Add(c, Wide.Min(y, zero));
                d = Wide.Add(d, Wide.Min(z, zero));
                e = Wide.Add(e, Wide.Max(w, zero));
                f = Wide.Add(f, Wide.Max(x, zero));
                g = Wide.Add(g, Wide.Max(y, zero));
                h = Wide.Add(h, Wide.Max(z, zero));
            }

            Wide.Store(l, a);
            Wide.Store(l + 16, b);
            Wide.Store(l + 32, c);
            Wide.Store(l + 48, d);
            Wide.Store(u, e);
            Wide.Store(u + 16, f);
            Wide.Store(u + 32, g);
            Wide.Store(u + 48, h);
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

        var half = Wide.All(0.5f);
        int o = 0;
        for (; o + 2 * Wide.Width <= length; o += 2 * Wide.Width)
        {
            var (a, b, c, d) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
            for (int j = 0; j < count; j++)
            {
                float* l = lower + o + offsets[j];
                float* u = upper + o + offsets[j];
                a = Wide.Add(a, Wide.Load(l));
                b = Wide.Add(b, Wide.Load(l + 16));
                c = Wide.Add(c, Wide.Load(u));
                d = Wide.Add(d, Wide.Load(u + 16));
            }

            Wide.Store(target + o, Wide.Add(Wide.Load(target + o), BySign(Wide.Load(w + o), a, c, half)));
            Wide.Store(target + o + 16, Wide.Add(Wide.Load(target + o + 16), BySign(Wide.Load(w + o + 16), b, d, half)));
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
