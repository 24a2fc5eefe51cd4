namespace SnnDsl.Verification.Inputs;

/// <summary>
/// The noise of Poisson encoding, from its definition: a counter-based generator (SplitMix64's finaliser) of seed, index, step and pixel,
/// the upper 24 bits of which are a fraction of 1.
/// </summary>
internal static class Noise
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const ulong Stride = 0xD1B54A32D192ED03;

    /// <summary>The noise of one sample.</summary>
    /// <param name="seed">The encoding's seed.</param>
    /// <param name="index">The sample's index in its data set.</param>
    /// <param name="steps">T.</param>
    /// <param name="pixels">How many pixels.</param>
    /// <returns>By step and pixel, multiples of 2^-24 in [0, 1).</returns>
    public static double[][] Draw(long seed, long index, int steps, int pixels) => [.. Enumerable.Range(0, steps).Select(step => unchecked(
        Enumerable.Range(0, pixels).Select(pixel => Fraction((ulong)seed, (ulong)index, (ulong)step, (ulong)pixel)).ToArray()))];

    private static double Fraction(ulong seed, ulong index, ulong step, ulong pixel) => unchecked(
        Math.ScaleB(Scramble(Scramble(Scramble(Scramble(seed + Golden) ^ index) + (step * Stride)) + (pixel * Golden)) >> 40, -24));

    private static ulong Scramble(ulong z)
    {
        z ^= z >> 30;
        z = unchecked(z * 0xBF58476D1CE4E5B9);
        z ^= z >> 27;
        z = unchecked(z * 0x94D049BB133111EB);
        return z ^ (z >> 31);
    }
}
