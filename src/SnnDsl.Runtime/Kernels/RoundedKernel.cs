using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SnnDsl.Kernels;

/// <summary>Intervals of float32 membranes in float32, sixteen neurons at a time: <see cref="NeuronKernel.Intervals"/> with an error at every
/// step. <see cref="RoundedNeuron"/> is the same in float64 and TorchSharp's operations.</summary>
internal static unsafe class RoundedKernel
{
    // What a soft reset's subtraction loses in the run and in the bound, of the result, doubled.
    private const float ResetShare = 4 * (float)Rounding.Single;
    private const float Least = 1f / (1L << 50) / (1L << 48);

    /// <summary>Bounds membranes.</summary>
    /// <param name="neuron">The neurons' constants.</param>
    /// <param name="steps">T.</param>
    /// <param name="lower">Lower currents, [T, N] or [N].</param>
    /// <param name="upper">Upper currents.</param>
    /// <param name="currentStride">N, or 0 for currents that are the same at all steps.</param>
    /// <param name="magnitude">What an error is a share of, [T, N] or [N].</param>
    /// <param name="magnitudeStride">N, or 0 for one that is for all steps.</param>
    /// <param name="shares">The share, [T].</param>
    /// <param name="leasts">What is added to it, [T].</param>
    /// <param name="l">[T, N], written; finite.</param>
    /// <param name="u">[T, N], written; finite.</param>
    /// <param name="count">N.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Bound(
        NeuronParameters neuron, int steps, float* lower, float* upper, nint currentStride, float* magnitude, nint magnitudeStride,
        float* shares, float* leasts, float* l, float* u, int count)
    {
        var (th, decay, v0) = (Vector512.Create(neuron.Threshold), Vector512.Create(neuron.Decay), Vector512.Create(neuron.ResetValue));
        bool hard = neuron.Reset == Reset.Hard;
        for (nint i = 0; i < count; i += Vector512<float>.Count)
        {
            nint lanes = count - i;
            Vector512<float> lowerRest = default, upperRest = default;
            for (int t = 0; t < steps; t++)
            {
                var (below, above) = (decay * lowerRest, decay * upperRest);
                var size = Load(magnitude, t * magnitudeStride + i, lanes) + Vector512.Max(Vector512.Abs(below), Vector512.Abs(above));
                var error = Vector512.Create(shares[t]) * size + Vector512.Create(leasts[t]);
                below = AtLeastFinite(below + Load(lower, t * currentStride + i, lanes) - error);
                above = AtMostFinite(above + Load(upper, t * currentStride + i, lanes) + error);
                Store(below, l, t * (nint)count + i, lanes);
                Store(above, u, t * (nint)count + i, lanes);
                if (t == steps - 1)
                {
                    break; // nothing reads the last reset
                }

                var (fires, mayFire) = (Vector512.GreaterThan(below, th), Vector512.GreaterThan(above, th));
                if (hard)
                {
                    lowerRest = Select(mayFire, Select(fires, v0, Vector512.Min(below, v0)), below);
                    upperRest = Select(fires, v0, Select(mayFire, Vector512.Max(th, v0), above));
                }
                else
                {
                    var (left, right) = (below - th, above - th);
                    var lost = Vector512.Max(right, default) * ResetShare + Vector512.Create(Least);
                    lowerRest = Select(mayFire, Select(fires, left, Vector512.Min(below, default)), below) - lost;
                    upperRest = Select(fires, right, Select(mayFire, Vector512.Max(th, right), above)) + lost;
                }
            }
        }
    }

    // What is not a number bounds nothing; the least and the greatest number do.
    private static Vector512<float> AtLeastFinite(Vector512<float> value) =>
        Select(Vector512.GreaterThan(value, Vector512.Create(-float.MaxValue)), Vector512.Min(value, Vector512.Create(float.MaxValue)), Vector512.Create(-float.MaxValue));

    private static Vector512<float> AtMostFinite(Vector512<float> value) =>
        Select(Vector512.LessThan(value, Vector512.Create(float.MaxValue)), Vector512.Max(value, Vector512.Create(-float.MaxValue)), Vector512.Create(float.MaxValue));

    private static Vector512<float> Select(Vector512<float> mask, Vector512<float> a, Vector512<float> b) => Vector512.ConditionalSelect(mask, a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Load(float* from, nint offset, nint lanes) => VectorNeuronKernel.Load(ref *from, offset, lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector512<float> value, float* to, nint offset, nint lanes) => VectorNeuronKernel.Store(value, ref *to, offset, lanes);
}
