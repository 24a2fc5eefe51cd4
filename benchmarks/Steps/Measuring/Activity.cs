using SnnDsl.Benchmarks.Eager;
using SnnDsl.Bounds;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Measuring;

/// <summary>How busy a spiking layer is: shares of its neurons and steps.</summary>
/// <param name="Fired">They fire.</param>
/// <param name="Certain">They fire whatever the adversary does: the lower bound is above the threshold.</param>
/// <param name="Unstable">They may fire or not.</param>
/// <param name="Live">Their membrane takes a coefficient in a linear bound: unstable, or silent with a live one in the next step.</param>
internal sealed record Activity(double Fired, double Certain, double Unstable, double Live)
{
    /// <summary>Everything is busy: what dense products assume.</summary>
    public static Activity Dense { get; } = new(1, 1, 0, 1);

    /// <summary>Measures a layer.</summary>
    /// <param name="fired">The share that fires.</param>
    /// <param name="membranes">Bounds, [T, B, ...].</param>
    public static Activity Of(double fired, Interval membranes)
    {
        using var scope = NewDisposeScope();
        var certain = membranes.Lower > EagerNeuron.Threshold;
        var unstable = (membranes.Upper > EagerNeuron.Threshold).logical_and(certain.logical_not());
        double live = 0;
        Tensor? next = null;
        for (long t = certain.shape[0] - 1; t >= 0; t--)
        {
            next = next is null ? unstable[t] : unstable[t].logical_or(next.logical_and(certain[t].logical_not()));
            live += Share(next) / certain.shape[0];
        }

        return new(fired, Share(certain), Share(unstable), live);
    }

    private static double Share(Tensor mask) => mask.to(ScalarType.Float64).mean().ToDouble();
}
