using SnnDsl.Affine;
using SnnDsl.Bounds;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Perturbations;

/// <summary>
/// Poisson-encoded pixels in a box, for one draw of the noise. A pixel's spikes are monotone in the pixel, so its only patterns are
/// nested: the noise values inside the pixel's interval are passed one after the other as the pixel grows.
/// </summary>
public sealed class PoissonInput : IPerturbedInput
{
    private readonly Interval pixels;
    private readonly Tensor noise;

    /// <summary>Creates the set.</summary>
    /// <param name="pixels">The pixels' box, [B, ...].</param>
    /// <param name="noise">The draw, [T, B, ...]: a pixel spikes at step t if it is greater than noise[t].</param>
    public PoissonInput(Interval pixels, Tensor noise)
    {
        this.pixels = pixels;
        this.noise = noise;
    }

    /// <summary>The pixels' box, [B, ...].</summary>
    internal Interval Pixels => pixels;

    /// <summary>The part of the box that the network's inputs are taken from, [B, ...], where its ends were moved outward; null for all of it.</summary>
    internal Interval? Members { get; init; }

    /// <summary>The draw, [T, B, ...].</summary>
    internal Tensor Noise => noise;

    /// <summary>Bounds of the input spikes, [T, B, ...].</summary>
    public Interval Spikes => new(
        (pixels.Lower > noise).to(pixels.Lower.dtype), (pixels.Upper > noise).to(pixels.Upper.dtype));

    /// <inheritdoc/>
    /// <remarks>Exact at each step: there a pixel's spike is free or not, and pixels are independent. What binds the steps of one pixel
    /// together, the nesting, enters through linear forms.</remarks>
    public Interval Currents(AffineMap first) => first.Apply(Spikes);

    /// <inheritdoc/>
    public Tensor Concretise(Tensor coefficients)
    {
        int steps = (int)coefficients.size(0);
        int inner = (int)pixels.Lower.dim() - 1;
        var spikes = Spikes.FirstSteps(steps);
        var always = BoxInput.Dot(coefficients, spikes.Lower, inner).sum(0L);

        // In the order in which a growing pixel passes the noise, a pattern is a prefix of the steps inside its interval.
        var order = noise.narrow(0, 0, steps).argsort(0);
        var open = (spikes.Upper - spikes.Lower).gather(0, order).unsqueeze(2);
        var sorted = coefficients.gather(0, order.unsqueeze(2).expand_as(coefficients)) * open;
        var prefixes = sorted.cumsum(0);
        if (steps > 1)
        {
            // Steps with the same noise value are passed together: a prefix that parts them is no pattern, and counts as the empty one.
            var values = noise.narrow(0, 0, steps).gather(0, order);
            var parts = values.narrow(0, 0, steps - 1).ne(values.narrow(0, 1, steps - 1)).to(coefficients.dtype).unsqueeze(2);
            prefixes = cat([prefixes.narrow(0, 0, steps - 1) * parts, prefixes.narrow(0, steps - 1, 1)], 0);
        }

        var least = prefixes.amin([0L]).AtMost(0);
        return always.Plus(least.flatten(2).sum(-1));
    }

    /// <inheritdoc/>
    public IPerturbedInput Select(Tensor samples) => new PoissonInput(pixels.Select(samples, 0), noise.index_select(1, samples))
    {
        Members = Members?.Select(samples, 0),
    };
}
