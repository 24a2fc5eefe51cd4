using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Encoders;

/// <summary>Pixels become spikes: s[t] = 1 where pixel &gt; noise[t].</summary>
public static class PoissonEncoder
{
    /// <summary>Encodes pixels with a given draw.</summary>
    /// <param name="pixels">[B, ...] in [0, 1].</param>
    /// <param name="noise">[T, B, ...].</param>
    /// <returns>Zeros and ones, [T, B, ...]; the gradient passes straight through (a pixel is its own expected spike).</returns>
    public static Tensor Encode(Tensor pixels, Tensor noise)
    {
        var spikes = (pixels > noise).to(pixels.dtype);
        return pixels.requires_grad ? spikes.Plus(pixels - pixels.detach()) : spikes;
    }
}
