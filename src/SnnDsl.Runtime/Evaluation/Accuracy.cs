using SnnDsl.Bounds;
using SnnDsl.Data;
using SnnDsl.Networks;
using TorchSharp;
using static TorchSharp.torch;

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
    public static double Of(SpikingModule network, Dataset data, CancellationToken cancellation = default)
    {
        SampleBatch.Check(network, data);
        using var deployed = network.InMode(training: false);
        long right = 0;
        foreach (var positions in Batches.InOrder(data.Count, MemoryPlan.ForGradients(network)))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var (inputs, labels, indices) = SampleBatch.Load(network, data, positions);
            right += (Margins.Predict(network.forward(inputs, indices)) == labels).sum().ToInt64();
        }

        return right / (double)data.Count;
    }
}
