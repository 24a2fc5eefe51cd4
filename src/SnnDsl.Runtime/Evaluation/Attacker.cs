using System.Diagnostics;
using SnnDsl.Attacks;
using SnnDsl.Data;
using SnnDsl.Networks;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation;

/// <summary>Attacks the samples of a data set, one batch at a time.</summary>
public sealed class Attacker
{
    private readonly SpikingModule network;
    private readonly Attack attack;

    /// <summary>Prepares an attack.</summary>
    /// <param name="network">The network, with the steps and the encoding seed that it is deployed with.</param>
    /// <param name="attack">The attack.</param>
    public Attacker(SpikingModule network, Attack attack) => (this.network, this.attack) = (network, attack);

    /// <summary>How many samples are attacked at once; null for as many as fit into about a gigabyte.</summary>
    public int? BatchSize { get; init; }

    /// <summary>Attacks all samples.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellation">Stops between two steps of the attack.</param>
    /// <returns>The report; dispose it, for it holds the adversarial inputs.</returns>
    /// <exception cref="ArgumentException">Network, attack and data do not fit together.</exception>
    /// <exception cref="OperationCanceledException">The attack was stopped.</exception>
    public AttackReport Run(Dataset data, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        SampleBatch.Check(network, data);
        using var deployed = network.InMode(training: false);
        using var scope = NewDisposeScope();
        var watch = Stopwatch.StartNew();
        var samples = new List<AttackedSample>(data.Count);
        var inputs = new List<Tensor>();
        var (right, broken) = (0, 0);
        foreach (var positions in Batches.InOrder(data.Count, BatchSize ?? MemoryPlan.ForGradients(network)))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var sample in Attack(data, positions, inputs, cancellation))
            {
                samples.Add(sample);
                right += sample.Prediction == sample.Label ? 1 : 0;
                broken += sample.Broken ? 1 : 0;
            }

            progress?.Report(new(samples.Count, data.Count, right, samples.Count - broken, watch.Elapsed));
        }

        double count = data.Count;
        return new()
        {
            Model = network.Description.Name,
            Attack = attack.Name,
            AttackSeed = attack.Seed,
            Perturbation = attack.Perturbation.Record(),
            Steps = network.Steps,
            Encoding = Report.Describe(network.Description),
            Seed = network.EncodingSeed,
            WeightsSha256 = Weights.Hash(network),
            ArchitectureSha256 = network.Description.ArchitectureHash,
            Dataset = ReportedDataset.Of(data),
            Version = Report.LibraryVersion,
            Samples = samples,
            Summary = new(right / count, broken / count, watch.Elapsed.TotalSeconds),
            Inputs = cat([.. inputs], network.Description.Encoding == Encoding.Spikes ? 1 : 0).MoveToOuterDisposeScope(),
        };
    }

    private IReadOnlyList<AttackedSample> Attack(Dataset data, int[] positions, List<Tensor> found, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var (inputs, labels, indices) = SampleBatch.Load(network, data, positions);
        var natural = Values<long>(Predict(inputs, indices));
        var result = attack.Run(network, inputs, labels, indices, cancellation);
        found.Add(result.Inputs.cpu().MoveToOuterDisposeScope());
        var (attacked, broken, classes) = (Values<long>(result.Predictions), Values<bool>(result.Broken), Values<long>(labels));
        var (margins, distances) = (Values<float>(result.Margins.to(ScalarType.Float32)), Values<double>(result.Distances));
        return
        [
            .. positions.Select((position, row) => new AttackedSample(
                data.Indices[position], classes[row], natural[row], attacked[row], margins[row], broken[row], distances[row])),
        ];
    }

    private Tensor Predict(Tensor inputs, ReadOnlyMemory<long> indices)
    {
        using var guard = no_grad();
        return Bounds.Margins.Predict(network.forward(inputs, indices));
    }

    private static T[] Values<T>(Tensor tensor)
        where T : unmanaged => tensor.cpu().contiguous().data<T>().ToArray();
}
