using SnnDsl.Networks;

namespace SnnDsl.Certification;

/// <summary>How much is worked on at once, so that its tensors stay within a gigabyte.</summary>
internal static class CertificationMemory
{
    private const double Budget = 1 << 30;

    // Tensors that autograd keeps for one row of one neuron-step: coefficients, line ends, slopes and the optimiser's two moments.
    private const double KeptForGradients = 48;

    /// <summary>How many (sample, row) pairs a walk with optimised slopes carries.</summary>
    /// <param name="network">The network.</param>
    /// <param name="rows">Rows of each pair.</param>
    public static long Pairs(SpikingModule network, int rows) =>
        (long)Math.Clamp(Budget / (NeuronSteps(network) * rows * KeptForGradients * sizeof(float)), 1, 4096);

    /// <summary>How many rows a walk without gradients carries.</summary>
    /// <param name="network">The network.</param>
    public static long Rows(SpikingModule network) =>
        (long)Math.Clamp(Budget / (NeuronSteps(network) * 6 * sizeof(float)), 1, 1 << 14);

    private static double NeuronSteps(SpikingModule network) => network.Description.Layers
        .Sum(layer => layer.OutputShape.Aggregate((double)network.Steps, (product, size) => product * size));
}
