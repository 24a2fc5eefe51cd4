using SnnDsl.Bounds;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Training;

/// <summary>Samples that a run keeps aside, and the weights that did best on them.</summary>
/// <param name="network">The network.</param>
/// <param name="kept">The samples.</param>
/// <param name="options">The run's options.</param>
/// <param name="steps">T, for which the network is deployed.</param>
internal sealed class Validation(SpikingModule network, Dataset kept, TrainingOptions options, int steps) : IDisposable
{
    /// <summary>The weights that did best, by name; empty before an epoch counted.</summary>
    public Dictionary<string, Tensor> BestWeights { get; } = [];

    /// <summary>When that was; null before an epoch counted.</summary>
    public BestEpoch? Best { get; set; }

    /// <summary>Parts a data set: of every class the same share is kept aside, which samples depends on the seed.</summary>
    /// <param name="data">The training samples.</param>
    /// <param name="options">The options.</param>
    /// <returns>What is trained on, and what is kept; null for nothing.</returns>
    /// <exception cref="ArgumentException">One of the two would be empty.</exception>
    public static (Dataset Training, Dataset? Kept) Split(Dataset data, TrainingOptions options)
    {
        if (options.ValidationShare == 0)
        {
            return (data, null);
        }

        long[] labels = data.Labels.data<long>().ToArray();
        // The order before that of the first epoch.
        int[] order = Batches.Shuffled(data.Count, data.Count, unchecked((ulong)options.Seed), epoch: -1).First();
        var kept = order.GroupBy(position => labels[position])
            .SelectMany(own => own.Take((int)Math.Round(options.ValidationShare * own.Count()))).ToHashSet();
        if (kept.Count == 0 || kept.Count == data.Count)
        {
            throw Check.Wrong(
                $"A validation share of {Check.Text(options.ValidationShare)} keeps {(kept.Count == 0 ? "none" : "all")} of the {data.Count} samples of {data.Name} aside: give {(kept.Count == 0 ? "a larger" : "a smaller")} one.");
        }

        return (data.Select([.. Enumerable.Range(0, data.Count).Where(position => !kept.Contains(position))]), data.Select([.. kept.Order()]));
    }

    /// <summary>Measures the network as it is, and keeps its weights if it is the best so far.</summary>
    /// <param name="epoch">The epoch, from 1.</param>
    /// <param name="counts">Whether this epoch may be the one: not before the perturbation has its full size.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    public ValidationResult Measure(int epoch, bool counts, CancellationToken cancellation)
    {
        int trained = network.Steps;
        network.Steps = steps;
        try
        {
            var result = Shares(cancellation);
            result = result with { IsBest = counts && !(Best?.Score >= result.Score) };
            if (result.IsBest)
            {
                Best = new(epoch, result.Score);
                Keep();
            }

            return result;
        }
        finally
        {
            network.Steps = trained;
        }
    }

    /// <summary>Gives the network the best weights, if an epoch counted.</summary>
    public void Restore()
    {
        using var guard = no_grad();
        foreach (var (name, value) in network.state_dict())
        {
            if (BestWeights.TryGetValue(name, out var best))
            {
                value.copy_(best);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weights in BestWeights.Values)
        {
            weights.Dispose();
        }

        BestWeights.Clear();
    }

    private ValidationResult Shares(CancellationToken cancellation)
    {
        using var deployed = network.InMode(training: false);
        using var guard = no_grad();
        long right = 0, held = 0;
        foreach (var positions in Batches.InOrder(kept.Count, options.BatchSize))
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            var (inputs, labels, indices) = SampleBatch.Load(network, kept, positions);
            right += (Margins.Predict(network.forward(inputs, indices)) == labels).sum().Whole();
            held += options.Robust switch
            {
                null => 0,
                { Loss: RobustLoss.Bounds } robust => network.BoundMargins(robust.At(1, options.Seed).Apply(network, inputs, indices), labels, BoundMethod.SIbp)
                    .amin([1L]).IsAbove(Guard.Plain).sum().Whole(),
                var robust => Stand(robust, inputs, labels, indices),
            };
        }

        double Share(long count) => count / (double)kept.Count;
        return new(Share(right), options.Robust is { Loss: RobustLoss.Bounds } ? Share(held) : null, IsBest: false)
        {
            Attacked = options.Robust is null or { Loss: RobustLoss.Bounds } ? null : Share(held),
        };
    }

    // How many the attack leaves right.
    private long Stand(RobustOptions robust, Tensor inputs, Tensor labels, ReadOnlyMemory<long>? indices)
    {
        var box = ((LInfinity)robust.At(1, options.Seed)).Box(inputs, indices);
        Tensor points;
        using (enable_grad())
        {
            points = Adversary.Points(network, inputs, box, labels, indices, robust.AttackSteps, options.LogitScale, options.Seed);
        }

        return Margins.FromLogits(network.forward(points, indices), labels).amin([1L]).IsAbove(0).sum().Whole();
    }

    private void Keep()
    {
        Dispose();
        foreach (var (name, value) in network.state_dict())
        {
            BestWeights[name] = value.detach().clone().DetachFromDisposeScope();
        }
    }
}
