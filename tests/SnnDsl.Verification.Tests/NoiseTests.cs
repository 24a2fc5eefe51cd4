using SnnDsl.Encoders;
using SnnDsl.Soundness.Tests.Reference;
using SnnDsl.Verification.Inputs;

namespace SnnDsl.Verification.Tests;

/// <summary>The verifier draws the noise of Poisson encoding by itself.</summary>
public class NoiseTests
{
    [Fact]
    public void NoiseIsTheEncoders()
    {
        foreach (var (seed, index) in new[] { (0L, 0L), (7L, 3L), (-1L, 59_999L), (long.MinValue, long.MaxValue) })
        {
            double[] encoder = Values.Of(CounterNoise.Uniform(seed, new[] { index }, 1, 5, [2, 7]));
            Assert.Equal(encoder, Noise.Draw(seed, index, 5, 14).SelectMany(step => step));
        }
    }
}
