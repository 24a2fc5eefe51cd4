using System.Runtime.Intrinsics;

namespace SnnDsl.Events;

/// <content>Coefficients on their way back: several rows share the weights of the same live outputs.</content>
internal sealed unsafe partial class LinearEventMap
{
    /// <inheritdoc/>
    public override void PullBackLive(
        float* byOutput, ulong* live, float* coefficients, nint coefficientStride, float* results, nint resultStride, int rows)
    {
        int* outputs = stackalloc int[64 * OutputWords];
        int count = Spikes.Offsets(live, 0, OutputWords, 1, outputs);
        int i = 0;
        for (; i + 4 * Lanes.Width <= Inputs; i += 4 * Lanes.Width)
        {
            int k = 0;
            for (; k + 3 <= rows; k += 3)
            {
                Three(byOutput + i, outputs, count, coefficients + k * coefficientStride, coefficientStride, results + k * resultStride + i, resultStride);
            }

            for (; k < rows; k++)
            {
                One(byOutput + i, outputs, count, coefficients + k * coefficientStride, results + k * resultStride + i);
            }
        }

        for (; i < Inputs; i++)
        {
            for (int k = 0; k < rows; k++)
            {
                float sum = 0;
                for (int j = 0; j < count; j++)
                {
                    sum += coefficients[k * coefficientStride + outputs[j]] * byOutput[(long)outputs[j] * Inputs + i];
                }

                results[k * resultStride + i] = sum;
            }
        }
    }

    /// <inheritdoc/>
    public override void PullBackLiveGradient(
        float* byOutput, ulong* live, float* coefficients, float* coefficientGradients, nint coefficientStride, float* resultGradients,
        nint resultStride, int rows, float* byOutputGradient)
    {
        for (int k = 0; k < rows; k++)
        {
            new Span<float>(coefficientGradients + k * coefficientStride, Outputs).Clear();
        }

        int* outputs = stackalloc int[64 * OutputWords];
        int count = Spikes.Offsets(live, 0, OutputWords, 1, outputs);
        for (int j = 0; j < count; j++)
        {
            int o = outputs[j];
            float* w = byOutput + (long)o * Inputs;
            float* dw = byOutputGradient + (long)o * Inputs;
            int k = 0;
            for (; k + 3 <= rows; k += 3)
            {
                ThreeGradients(
                    w, dw, coefficients + k * coefficientStride + o, coefficientGradients + k * coefficientStride + o, coefficientStride,
                    resultGradients + k * resultStride, resultStride);
            }

            for (; k < rows; k++)
            {
                OneGradient(
                    w, dw, coefficients[k * coefficientStride + o], coefficientGradients + k * coefficientStride + o,
                    resultGradients + k * resultStride);
            }
        }
    }

    // Three rows by four vectors of inputs: twelve sums in registers, and every weight that is read serves three rows.
    private void Three(float* weights, int* outputs, int count, float* a, nint stride, float* result, nint resultStride)
    {
        var (p0, p1, p2, p3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (q0, q1, q2, q3) = (p0, p0, p0, p0);
        var (r0, r1, r2, r3) = (p0, p0, p0, p0);
        float* b = a + stride;
        float* c = b + stride;
        for (int j = 0; j < count; j++)
        {
            int o = outputs[j];
            float* w = weights + (long)o * Inputs;
            var (w0, w1, w2, w3) = (Lanes.Load(w), Lanes.Load(w + 16), Lanes.Load(w + 32), Lanes.Load(w + 48));
            var x = Lanes.All(a[o]);
            p0 = Lanes.MultiplyAdd(x, w0, p0);
            p1 = Lanes.MultiplyAdd(x, w1, p1);
            p2 = Lanes.MultiplyAdd(x, w2, p2);
            p3 = Lanes.MultiplyAdd(x, w3, p3);
            x = Lanes.All(b[o]);
            q0 = Lanes.MultiplyAdd(x, w0, q0);
            q1 = Lanes.MultiplyAdd(x, w1, q1);
            q2 = Lanes.MultiplyAdd(x, w2, q2);
            q3 = Lanes.MultiplyAdd(x, w3, q3);
            x = Lanes.All(c[o]);
            r0 = Lanes.MultiplyAdd(x, w0, r0);
            r1 = Lanes.MultiplyAdd(x, w1, r1);
            r2 = Lanes.MultiplyAdd(x, w2, r2);
            r3 = Lanes.MultiplyAdd(x, w3, r3);
        }

        Store(result, p0, p1, p2, p3);
        Store(result + resultStride, q0, q1, q2, q3);
        Store(result + 2 * resultStride, r0, r1, r2, r3);
    }

    private void One(float* weights, int* outputs, int count, float* a, float* result)
    {
        var (p0, p1, p2, p3) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        for (int j = 0; j < count; j++)
        {
            int o = outputs[j];
            float* w = weights + (long)o * Inputs;
            var x = Lanes.All(a[o]);
            p0 = Lanes.MultiplyAdd(x, Lanes.Load(w), p0);
            p1 = Lanes.MultiplyAdd(x, Lanes.Load(w + 16), p1);
            p2 = Lanes.MultiplyAdd(x, Lanes.Load(w + 32), p2);
            p3 = Lanes.MultiplyAdd(x, Lanes.Load(w + 48), p3);
        }

        Store(result, p0, p1, p2, p3);
    }

    private static void Store(float* to, Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        Lanes.Store(to, a);
        Lanes.Store(to + 16, b);
        Lanes.Store(to + 32, c);
        Lanes.Store(to + 48, d);
    }

    // Three rows: their products with one output's weights, and what they add to its weights' gradient, in one pass.
    private void ThreeGradients(float* w, float* dw, float* a, float* da, nint stride, float* g, nint gStride)
    {
        var (x, y, z) = (Lanes.All(a[0]), Lanes.All(a[stride]), Lanes.All(a[2 * stride]));
        var (p, q, r) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (p1, q1, r1) = (p, q, r);
        float* h = g + gStride;
        float* l = h + gStride;
        int i = 0;
        for (; i + 2 * Lanes.Width <= Inputs; i += 2 * Lanes.Width)
        {
            var (w0, w1) = (Lanes.Load(w + i), Lanes.Load(w + i + 16));
            var (d0, d1) = (Lanes.Load(dw + i), Lanes.Load(dw + i + 16));
            var (g0, g1) = (Lanes.Load(g + i), Lanes.Load(g + i + 16));
            p = Lanes.MultiplyAdd(w0, g0, p);
            p1 = Lanes.MultiplyAdd(w1, g1, p1);
            d0 = Lanes.MultiplyAdd(x, g0, d0);
            d1 = Lanes.MultiplyAdd(x, g1, d1);
            (g0, g1) = (Lanes.Load(h + i), Lanes.Load(h + i + 16));
            q = Lanes.MultiplyAdd(w0, g0, q);
            q1 = Lanes.MultiplyAdd(w1, g1, q1);
            d0 = Lanes.MultiplyAdd(y, g0, d0);
            d1 = Lanes.MultiplyAdd(y, g1, d1);
            (g0, g1) = (Lanes.Load(l + i), Lanes.Load(l + i + 16));
            r = Lanes.MultiplyAdd(w0, g0, r);
            r1 = Lanes.MultiplyAdd(w1, g1, r1);
            d0 = Lanes.MultiplyAdd(z, g0, d0);
            d1 = Lanes.MultiplyAdd(z, g1, d1);
            Lanes.Store(dw + i, d0);
            Lanes.Store(dw + i + 16, d1);
        }

        float sum0 = Vector512.Sum(Lanes.Add(p, p1));
        float sum1 = Vector512.Sum(Lanes.Add(q, q1));
        float sum2 = Vector512.Sum(Lanes.Add(r, r1));
        for (; i < Inputs; i++)
        {
            sum0 += w[i] * g[i];
            sum1 += w[i] * h[i];
            sum2 += w[i] * l[i];
            dw[i] += a[0] * g[i] + a[stride] * h[i] + a[2 * stride] * l[i];
        }

        (da[0], da[stride], da[2 * stride]) = (sum0, sum1, sum2);
    }

    private void OneGradient(float* w, float* dw, float a, float* da, float* g)
    {
        var x = Lanes.All(a);
        var p = Vector512<float>.Zero;
        int i = 0;
        for (; i + Lanes.Width <= Inputs; i += Lanes.Width)
        {
            var value = Lanes.Load(g + i);
            p = Lanes.MultiplyAdd(Lanes.Load(w + i), value, p);
            Lanes.Store(dw + i, Lanes.MultiplyAdd(x, value, Lanes.Load(dw + i)));
        }

        float sum = Vector512.Sum(p);
        for (; i < Inputs; i++)
        {
            sum += w[i] * g[i];
            dw[i] += a * g[i];
        }

        *da = sum;
    }
}
