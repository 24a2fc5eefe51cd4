using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Networks;

namespace SnnDsl.Verification.Bounds;

/// <summary>
/// The one place where a line is proved to lie below a neuron. c_s s + c_r r - k u is linear in u on each side of the threshold, so its
/// least value is one at the ends of the two sides: the best intercept for whatever slope k somebody proposes.
/// </summary>
internal static class Vertices
{
    /// <summary>At most the least value of c_s s + c_r r - k u over the membranes u that are possible.</summary>
    /// <param name="membrane">u's interval.</param>
    /// <param name="phase">Which sides of the threshold it may be on.</param>
    /// <param name="neurons">The layer's constants.</param>
    /// <param name="onSpike">c_s.</param>
    /// <param name="onRest">c_r.</param>
    /// <param name="slope">k.</param>
    public static T Least<T>(Interval<T> membrane, Phase phase, Neurons neurons, T onSpike, T onRest, T slope)
        where T : struct, IReal<T>
    {
        T threshold = T.From(neurons.Threshold);
        var left = (Interval<T>)onRest - slope;
        T? least = null;
        if (phase != Phase.Fires)
        {
            least = T.Min((left * membrane.Lower).Lower, (left * T.Min(membrane.Upper, threshold)).Lower);
        }

        if (phase != Phase.Silent)
        {
            // After a spike: c_s + c_r v0, or c_s + c_r (u - th).
            var (after, right) = neurons.Soft
                ? ((Interval<T>)onSpike - ((Interval<T>)onRest * threshold), left)
                : ((Interval<T>)onSpike + ((Interval<T>)onRest * T.From(neurons.ResetValue)), (Interval<T>)default(T) - slope);
            T fires = T.Min(
                (after + (right * T.Max(membrane.Lower, threshold))).Lower, (after + (right * membrane.Upper)).Lower);
            least = least is { } other ? T.Min(other, fires) : fires;
        }

        return least!.Value;
    }
}
