namespace SnnDsl;

/// <summary>How an input becomes what the first layer sees at the time steps t = 0..T-1.</summary>
public enum Encoding
{
    /// <summary>The image itself, pixels in [0, 1], is fed to the first affine layer at every step.</summary>
    Direct,

    /// <summary>s[t] = 1 where pixel &gt; noise[t]; the noise is uniform in [0, 1) and drawn from a named seed.</summary>
    Poisson,

    /// <summary>The input is a recording of events already binned into T frames of zeros and ones, [T, B, ...].</summary>
    Spikes,
}
