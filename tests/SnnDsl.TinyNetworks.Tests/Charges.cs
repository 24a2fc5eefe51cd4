namespace SnnDsl.TinyNetworks.Tests;

/// <summary>What float32 may lose, as docs/mathematics.md has it.</summary>
internal static class Charges
{
    /// <summary>The unit of rounding.</summary>
    public static readonly double Unit = Math.ScaleB(1, -24);

    /// <summary>What underflow takes of an operation.</summary>
    public static readonly double Tiny = Math.ScaleB(1, -100);

    /// <summary>gamma_n.</summary>
    public static double Gamma(long n) => n * Unit / (1 - (n * Unit));

    /// <summary>Of a sum of n terms, by the sum of their magnitudes.</summary>
    public static double Loss(int terms, double sum) => (Gamma(terms) * sum) + ((terms + 2) * Tiny);
}
