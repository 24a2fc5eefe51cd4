using System.Runtime.Intrinsics;
using SnnDsl.Hardware;

namespace SnnDsl.Events;

/// <content>Coefficients on their way back: several rows share the weights of the same live outputs.</content>
internal sealed unsafe partial class LinearEventMap
{
    /// <inheritdoc/>
    public override void PullBackLive(
        float* byOutput, ulong* live, float* coefficients, nint coefficientStride, float* results, nint resultStride, int rows)
    {
        int* outputs = stackalloc int[64 * OutputWords];
        int count = SpikeLists.Offsets(live, 0, OutputWords, 1, outputs);
        int i = 0;
        for (; i + 4 * Wide.Width <= Inputs; i += 4 * Wide.Width)
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
        int count = SpikeLists.Offsets(live, 0, OutputWords, 1, outputs);
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
            var (w0, w1, w2, w3) = (Wide.Load(w), Wide.Load(w + 16), Wide.Load(w + 32), Wide.Load(w + 48));
            var x = Wide.All(a[o]);
            p0 = Wide.MultiplyAdd(x, w0, p0);
            p1 = Wide.MultiplyAdd(x, w1, p1);
            p2 = Wide.MultiplyAdd(x, w2, p2);
            p3 = Wide.MultiplyAdd(x, w3, p3);
            x = Wide.All(b[o]);
            q0 = Wide.MultiplyAdd(x, w0, q0);
            q1 = Wide.MultiplyAdd(x, w1, q1);
            q2 = Wide.MultiplyAdd(x, w2, q2);
            q3 = Wide.MultiplyAdd(x, w3, q3);
            x = Wide.All(c[o]);
            r0 = Wide.MultiplyAdd(x, w0, r0);
            r1 = Wide.MultiplyAdd(x, w1, r1);
            r2 = Wide.MultiplyAdd(x, w2, r2);
            r3 = Wide.MultiplyAdd(x, w3, r3);
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
            var x = Wide.All(a[o]);
            p0 = Wide.MultiplyAdd(x, Wide.Load(w), p0);
            p1 = Wide.MultiplyAdd(x, Wide.Load(w + 16), p1);
            p2 = Wide.MultiplyAdd(x, Wide.Load(w + 32), p2);
            p3 = Wide.MultiplyAdd(x, Wide.Load(w + 48), p3);
        }

        Store(result, p0, p1, p2, p3);
    }

    private static void Store(float* to, Vector512<float> a, Vector512<float> b, Vector512<float> c, Vector512<float> d)
    {
        Wide.Store(to, a);
        Wide.Store(to + 16, b);
        Wide.Store(to + 32, c);
        Wide.Store(to + 48, d);
    }

    // Three rows: their products with one output's weights, and what they add to its weights' gradient, in one pass.
    private void ThreeGradients(float* w, float* dw, float* a, float* da, nint stride, float* g, nint gStride)
    {
        var (x, y, z) = (Wide.All(a[0]), Wide.All(a[stride]), Wide.All(a[2 * stride]));
        var (p, q, r) = (Vector512<float>.Zero, Vector512<float>.Zero, Vector512<float>.Zero);
        var (p1, q1, r1) = (p, q, r);
        float* h = g + gStride;
        float* l = h + gStride;
        int i = 0;
        for (; i + 2 * Wide.Width <= Inputs; i += 2 * Wide.Width)
        {
            var (w0, w1) = (Wide.Load(w + i), Wide.Load(w + i + 16));
            var (d0, d1) = (Wide.Load(dw + i), Wide.Load(dw + i + 16));
            var (g0, g1) = (Wide.Load(g + i), Wide.Load(g + i + 16));
            p = Wide.MultiplyAdd(w0, g0, p);
            p1 = Wide.MultiplyAdd(w1, g1, p1);
            d0 = Wide.MultiplyAdd(x, g0, d0);
            d1 = Wide.MultiplyAdd(x, g1, d1);
            (g0, g1) = (Wide.Load(h + i), Wide.Load(h + i + 16));
            q = Wide.MultiplyAdd(w0, g0, q);
            q1 = Wide.MultiplyAdd(w1, g1, q1);
            d0 = Wide.MultiplyAdd(y, g0, d0);
            d1 = Wide.MultiplyAdd(y, g1, d1);
            (g0, g1) = (Wide.Load(l + i), Wide.Load(l + i + 16));
            r = Wide.MultiplyAdd(w0, g0, r);
            r1 = Wide.MultiplyAdd(w1, g1, r1);
            d0 = Wide.MultiplyAdd(z, g0, d0);
            d1 = Wide.MultiplyAdd(z, g1, d1);
            Wide.Store(dw + i, d0);
            Wide.Store(dw + i + 16, d1);
        }

        float sum0 = Vector512.Sum(Wide.Add(p, p1));
        float sum1 = Vector512.Sum(Wide.Add(q, q1));
        float sum2 = Vector512.Sum(Wide.Add(r, r1));
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
        var x = Wide.All(a);
        var p = Vector512<float>.Zero;
        int i = 0;
        for (; i + Wide.Width <= Inputs; i += Wide.Width)
        {
            var value = Wide.Load(g + i);
            p = Wide.MultiplyAdd(Wide.Load(w + i), value, p);
            Wide.Store(dw + i, Wide.MultiplyAdd(x, value, Wide.Load(dw + i)));
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
