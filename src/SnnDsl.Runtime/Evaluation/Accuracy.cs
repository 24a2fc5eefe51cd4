using SnnDsl.Data;
using SnnDsl.Networks;

namespace SnnDsl.Evaluation;

/// <summary>The share of samples that a network predicts right.</summary>
public static class Accuracy
{
    /// <summary>Measures the accuracy.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The samples.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <returns>In [0, 1].</returns>
    /// <exception cref="ArgumentException">Network and data do not fit together.</exception>
    public static double Of(SpikingModule network, Dataset data, CancellationToken cancellation = default) =>
        ConfusionMatrix.Of(network, data, cancellation: cancellation).Accuracy;
}
