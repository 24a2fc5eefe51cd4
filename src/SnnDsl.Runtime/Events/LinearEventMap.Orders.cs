using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using SnnDsl.Hardware;

namespace SnnDsl.Events;

/// <content>The weights in other orders. A training step sorts all of them twice, so this runs on all cores and turns blocks of four by four in
/// registers.</content>
internal sealed unsafe partial class LinearEventMap
{
    // A cache line of outputs: what is written at once, and as many rows of weights as do not compete for the first cache's lines.
    private const int Together = 16;

    /// <inheritdoc/>
    public override bool IsByOutput => Places == 1 || Channels == 1;

    /// <inheritdoc/>
    public override void PackByInput(float* weight, float* packed)
    {
        var (w, p) = ((nint)weight, (nint)packed);
        EachBlock((first, last) =>
        {
            float** rows = stackalloc float*[4];
            for (int input = 0; input < Inputs; input += 4)
            {
                int width = Rows((float*)p, input, rows);
                int output = first;
                for (; width == 4 && output + 4 <= last; output += 4)
                {
                    float* from = (float*)w + (long)output * Inputs + input;
                    Turn(
                        from, from + Inputs, from + 2L * Inputs, from + 3L * Inputs, rows[0] + output, rows[1] + output, rows[2] + output,
                        rows[3] + output);
                }

                for (; output < last; output++)
                {
                    for (int i = 0; i < width; i++)
                    {
                        rows[i][output] = ((float*)w)[(long)output * Inputs + input + i];
                    }
                }
            }
        });
    }

    /// <inheritdoc/>
    public override void UnpackByInput(float* packed, float* weight)
    {
        var (w, p) = ((nint)weight, (nint)packed);
        EachBlock((first, last) =>
        {
            float** rows = stackalloc float*[4];
            for (int input = 0; input < Inputs; input += 4)
            {
                int width = Rows((float*)p, input, rows);
                int output = first;
                for (; width == 4 && output + 4 <= last; output += 4)
                {
                    float* to = (float*)w + (long)output * Inputs + input;
                    Turn(
                        rows[0] + output, rows[1] + output, rows[2] + output, rows[3] + output, to, to + Inputs, to + 2L * Inputs,
                        to + 3L * Inputs);
                }

                for (; output < last; output++)
                {
                    for (int i = 0; i < width; i++)
                    {
                        ((float*)w)[(long)output * Inputs + input + i] = rows[i][output];
                    }
                }
            }
        });
    }

    /// <inheritdoc/>
    public override void PackByOutput(float* weight, float* packed) => Sort(weight, packed, Channels, Places);

    /// <inheritdoc/>
    public override void UnpackByOutput(float* packed, float* weight) => Sort(packed, weight, Places, Channels);

    private void EachBlock(Action<int, int> body) => Cores.Share((Outputs + Together - 1) / Together, Weights, (from, to) =>
    {
        for (long block = from; block < to; block++)
        {
            body((int)block * Together, (int)Math.Min(Outputs, (block + 1) * Together));
        }
    });

    // Where the weights of up to four inputs, neighbours in PyTorch's order [channels, places], lie when sorted by input.
    private int Rows(float* packed, int input, float** rows)
    {
        int width = Math.Min(4, Inputs - input);
        var (channel, place) = Math.DivRem(input, Places);
        for (int i = 0; i < width; i++)
        {
            rows[i] = packed + ((long)place * Channels + channel) * Outputs;
            if (++place == Places)
            {
                (place, channel) = (0, channel + 1);
            }
        }

        return width;
    }

    // Four rows of four to four columns.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(float* a, float* b, float* c, float* d, float* w, float* x, float* y, float* z)
    {
        if (Sse.IsSupported)
        {
            var (va, vb, vc, vd) = (Vector128.Load(a), Vector128.Load(b), Vector128.Load(c), Vector128.Load(d));
            var (low, high) = (Sse.UnpackLow(va, vb), Sse.UnpackHigh(va, vb));
            var (lower, higher) = (Sse.UnpackLow(vc, vd), Sse.UnpackHigh(vc, vd));
            Sse.MoveLowToHigh(low, lower).Store(w);
            Sse.MoveHighToLow(lower, low).Store(x);
            Sse.MoveLowToHigh(high, higher).Store(y);
            Sse.MoveHighToLow(higher, high).Store(z);
            return;
        }

        for (int i = 0; i < 4; i++)
        {
            float* to = i == 0 ? w : i == 1 ? x : i == 2 ? y : z;
            (to[0], to[1], to[2], to[3]) = (a[i], b[i], c[i], d[i]);
        }
    }

    // [outputs, a, b] to [outputs, b, a].
    private void Sort(float* source, float* target, int a, int b)
    {
        if (IsByOutput)
        {
            Buffer.MemoryCopy(source, target, Weights * sizeof(float), Weights * sizeof(float));
            return;
        }

        var (s, t) = ((nint)source, (nint)target);
        Cores.Share(Outputs, Weights, (first, last) =>
        {
            float* from = (float*)s + first * Inputs;
            float* to = (float*)t + first * Inputs;
            for (long output = first; output < last; output++, from += Inputs, to += Inputs)
            {
                for (int j = 0; j < b; j++)
                {
                    for (int i = 0; i < a; i++)
                    {
                        to[(long)j * a + i] = from[(long)i * b + j];
                    }
                }
            }
        });
    }
}
