namespace SnnDsl;

/// <summary>
/// Normalisation of the pixels, channel by channel, before the first layer. The network gets pixels in [0, 1] all the same, and an epsilon is
/// in their units:
/// <code>
/// y = (x - mean) / std
/// </code>
/// </summary>
/// <remarks>
/// What runs is y = scale x + shift with scale = 1 / std and shift = -mean / std as float32 numbers, which stand in the architecture's text:
/// training, bounds and the checker take the same ones. It is the first layer of a network with <see cref="Encoding.Direct"/>.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class NormalizeAttribute : LayerAttribute
{
    /// <summary>The same for all values.</summary>
    /// <param name="mean">What is subtracted.</param>
    /// <param name="std">What is divided by, at least 2^-24.</param>
    public NormalizeAttribute(double mean, double std) => (Mean, Std) = ([mean], [std]);

    /// <summary>One of each for every channel of an image, or for every value of a vector.</summary>
    /// <param name="mean">What is subtracted, channel by channel.</param>
    /// <param name="std">What is divided by, channel by channel, each at least 2^-24.</param>
    public NormalizeAttribute(double[] mean, double[] std) => (Mean, Std) = (mean, std);

    /// <summary>What is subtracted: one number, or one a channel.</summary>
    public double[] Mean { get; }

    /// <summary>What is divided by: one number, or one a channel.</summary>
    public double[] Std { get; }
}
