using SnnDsl.Certification;
using SnnDsl.Networks;

namespace SnnDsl.Evaluation;

/// <summary>How many samples are worked on at once, so that their tensors stay within a gigabyte.</summary>
internal static class MemoryPlan
{
    private const double Budget = 1 << 30;
    private const int Most = 500;

    /// <summary>For the forward pass with the gradient that attacks need.</summary>
    public static int ForGradients(SpikingModule network) => Fit(Neurons(network).Sum() * 6);

    /// <summary>For bounds. S-CROWN holds a few tensors with a row for every margin in its widest layer, on top of the intervals.</summary>
    public static int ForBounds(SpikingModule network, CertificationMethod method)
    {
        var neurons = Neurons(network);
        double rows = network.Description.Classes - 1;
        return Fit(neurons.Sum() * 8 + (method == CertificationMethod.SIbp ? 0 : neurons.Max() * rows * 5));
    }

    private static int Fit(double valuesPerSample) => (int)Math.Clamp(Budget / (valuesPerSample * sizeof(float)), 1, Most);

    // Values of every layer's output and of the input over all steps.
    private static double[] Neurons(SpikingModule network) =>
    [
        .. network.Description.Layers.Select(layer => layer.OutputShape).Append(network.Description.InputShape)
            .Select(shape => shape.Aggregate((double)network.Steps, (product, size) => product * size)),
    ];
}
