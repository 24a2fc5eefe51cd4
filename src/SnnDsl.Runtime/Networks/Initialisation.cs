using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Networks;

/// <summary>Initial weights from a seed of the network's own: torch's global random state is neither read nor moved.</summary>
public static class Initialisation
{
    /// <summary>A source of random numbers that depends on the seed alone.</summary>
    /// <param name="seed">The seed; any number.</param>
    public static Generator Generator(long seed) => new(unchecked((ulong)seed), CPU);

    /// <summary>
    /// Uniform in [-1/sqrt(n), 1/sqrt(n)] for weight and bias, n being the inputs of one output: PyTorch's default for its layers.
    /// </summary>
    /// <param name="weight">[outputs, inputs...], overwritten.</param>
    /// <param name="bias">[outputs], overwritten; or null.</param>
    /// <param name="generator">Where the numbers come from.</param>
    public static void Uniform(Tensor weight, Tensor? bias, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        double bound = 1 / Math.Sqrt(weight.numel() / (double)weight.size(0));
        weight.copy_(rand(weight.shape, generator: generator).Times(2).Plus(-1).Times(bound));
        bias?.copy_(rand(bias.shape, generator: generator).Times(2).Plus(-1).Times(bound));
    }
}
