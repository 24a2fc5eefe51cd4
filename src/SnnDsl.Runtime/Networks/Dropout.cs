using SnnDsl.Hardware;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>Leaves out a share of values in training, the same ones at all steps of a sample, and scales the others; nothing otherwise.</summary>
public sealed class Dropout : nn.Module
{
    private readonly double rate;
    private readonly Generator draws;

    /// <summary>Creates it.</summary>
    /// <param name="rate">The share that is left out, in [0, 1).</param>
    /// <param name="random">Where the seed of its draws comes from.</param>
    public Dropout(double rate, Generator random)
        : base(nameof(Dropout))
    {
        using var seed = randint(0, int.MaxValue, [1], ScalarType.Int64, generator: random);
        (this.rate, draws) = (rate, Initialisation.Generator(seed.item<long>()));
    }

    /// <summary>Draws from another seed from now on.</summary>
    /// <param name="seed">The seed.</param>
    public void DrawFrom(long seed) => draws.manual_seed(seed);

    /// <summary>The spikes; in training, numbers.</summary>
    /// <param name="spikes">[T, B, ...].</param>
    public SpikeTrain Apply(SpikeTrain spikes) => training ? spikes.Replaced(Apply(spikes.ToTensor(), hasTime: true)) : spikes;

    /// <summary>The values; in training, those that are left, scaled.</summary>
    /// <param name="x">[T, B, ...], or [B, ...].</param>
    /// <param name="hasTime">Whether the first dimension is time.</param>
    public Tensor Apply(Tensor x, bool hasTime)
    {
        if (!training)
        {
            return x;
        }

        using var drawn = rand(hasTime ? x.Sizes()[1..] : x.Sizes(), ScalarType.Float32, generator: draws);
        using var left = drawn.IsAtLeast(rate);
        return x * left.to(x.dtype).to(x.device).Over(1 - rate);
    }
}
