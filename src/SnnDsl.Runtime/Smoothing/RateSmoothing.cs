namespace SnnDsl.Smoothing;

/// <summary>
/// How much the distribution of rate-coded spikes can move: a pixel x gives T independent spikes of probability x, so a network behind it is
/// smoothed by the encoding itself. The link to randomised smoothing is that of Mukhoty et al., ICLR 2024; the bound below is proved in
/// docs/mathematics.md.
/// </summary>
public static class RateSmoothing
{
    // Noise comes in multiples of 2^-24, so that two pixels' rates can be this much further apart than the pixels.
    private const double NoiseStep = 1.0 / (1 << 24);

    /// <summary>
    /// The largest total variation between the spikes of two images whose rates are r apart in l1: 1 - (1 - r)^T, which is reached if one
    /// pixel of rate 0 or 1 moves alone.
    /// </summary>
    /// <param name="distance">r, at least 0.</param>
    /// <param name="steps">T.</param>
    public static double TotalVariation(double distance, int steps) => 1 - Math.Pow(Math.Max(0, 1 - distance), steps);

    /// <summary>
    /// The radius within which the most likely class stays so: of all images nearer in l1, none moves the class's probability down and a
    /// rival's up by the gap between the two together.
    /// </summary>
    /// <param name="gap">A lower bound of p_A - p_B.</param>
    /// <param name="steps">T.</param>
    /// <param name="pixels">How many pixels there are: the noise's grid costs 2^-24 for each.</param>
    /// <returns>The radius, at least 0; every image at a smaller l1 distance keeps the class.</returns>
    public static double Radius(double gap, int steps, long pixels) => gap <= 0
        ? 0
        : Math.Max(0, (1 - Math.Pow(1 - Math.Min(gap, 1) / 2, 1.0 / steps)) * (1 - 1e-9) - 1e-15 - pixels * NoiseStep);
}
