using System.Diagnostics;
using SnnDsl.Bounds;
using SnnDsl.Data;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation;

/// <summary>Firing rates and synaptic operations of a network, over many samples: what it would cost on hardware that works by spikes.</summary>
/// <param name="Layers">The spiking layers in order.</param>
/// <param name="Samples">How many samples.</param>
/// <param name="Accuracy">The share of them that is predicted right.</param>
public sealed record Activity(IReadOnlyList<LayerActivity> Layers, int Samples, double Accuracy)
{
    /// <summary>Measures.</summary>
    /// <param name="network">The network.</param>
    /// <param name="data">The samples; at least one.</param>
    /// <param name="progress">Told after every batch; <c>Held</c> is the number of samples that are predicted right.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="ArgumentException">Network and data do not fit together.</exception>
    public static Activity Of(
        SpikingModule network, Dataset data, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        SampleBatch.Check(network, data);
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var watch = Stopwatch.StartNew();
        Sum[] sums = [];
        int done = 0, right = 0;
        foreach (var positions in Batches.InOrder(data.Count, MemoryPlan.ForGradients(network)))
        {
            cancellation.ThrowIfCancellationRequested();
            using var batch = NewDisposeScope();
            var (inputs, labels, indices) = SampleBatch.Load(network, data, positions);
            using var trace = network.Trace(inputs, indices);
            sums = [.. trace.Layers.Select((layer, i) => Add(layer, done == 0 ? null : sums[i]))];
            right += (int)(Margins.Predict(trace.Logits) == labels).sum().item<long>();
            done += positions.Length;
            progress?.Report(new(done, data.Count, right, right, watch.Elapsed));
        }

        return new([.. sums.Select(sum => sum.Over(done, network.Steps))], done, right / (double)done);
    }

    private static Sum Add(LayerTrace layer, Sum? before)
    {
        var fired = layer.Spikes.sum([0L, 1L], type: ScalarType.Float64);
        var total = (before is null ? fired : before.Fired.Plus(fired)).MoveToOuterDisposeScope();
        before?.Fired.Dispose();
        return new(layer.Name, total, (before?.Operations ?? 0) + layer.Operations.sum().item<double>(), layer.DenseOperations);
    }

    // Fired: how often each neuron did, in all samples and steps.
    private sealed record Sum(string Name, Tensor Fired, double Operations, double Dense)
    {
        public LayerActivity Over(int samples, int steps) => new(
            Name, Fired.numel(), Fired.mean().item<double>() / samples / steps, Fired.Is(0).sum().item<long>(), Operations / samples, Dense);
    }
}
