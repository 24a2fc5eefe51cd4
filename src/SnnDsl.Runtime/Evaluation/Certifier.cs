using System.Diagnostics;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation;

/// <summary>Certifies the samples of a data set, one batch at a time.</summary>
public sealed class Certifier
{
    private readonly SpikingModule network;
    private readonly Perturbation perturbation;
    private readonly CertificationMethod method;

    /// <summary>Prepares a certification.</summary>
    /// <param name="network">The network, with the steps and the encoding seed that it is deployed with.</param>
    /// <param name="perturbation">What an adversary may do.</param>
    /// <param name="method">How margins are bounded.</param>
    /// <exception cref="ArgumentException">Bounds over this perturbation are no certificates.</exception>
    public Certifier(SpikingModule network, Perturbation perturbation, CertificationMethod method)
    {
        if (!perturbation.Certifies)
        {
            throw new ArgumentException(
                $"{perturbation.GetType().Name} serves in training alone: bounds over it are no certificates. Certify against flips instead.",
                nameof(perturbation));
        }

        (this.network, this.perturbation, this.method) = (network, perturbation, method);
    }

    /// <summary>How many samples are bounded at once; null for as many as fit into about a gigabyte.</summary>
    public int? BatchSize { get; init; }

    /// <summary>How slopes are optimised, for <see cref="CertificationMethod.Alpha"/>.</summary>
    public AlphaOptions Alpha { get; init; } = new();

    /// <summary>Where linear bounds take the bounds of the membranes from; S-IBP alone as a method has none to choose.</summary>
    public IntermediateBounds Intermediate { get; init; } = IntermediateBounds.SIbp;

    /// <summary>Certifies all samples.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="cancellation">Stops between two batches.</param>
    /// <exception cref="ArgumentException">Network, perturbation and data do not fit together.</exception>
    /// <exception cref="OperationCanceledException">The certification was stopped.</exception>
    public CertificationReport Run(Dataset data, IProgress<EvaluationProgress>? progress = null, CancellationToken cancellation = default)
    {
        SampleBatch.Check(network, data);
        var watch = Stopwatch.StartNew();
        var samples = new List<CertifiedSample>(data.Count);
        var (right, certified) = (0, 0);
        foreach (var positions in Batches.InOrder(data.Count, BatchSize ?? MemoryPlan.ForBounds(network, method)))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var sample in Certify(data, positions))
            {
                samples.Add(sample);
                right += sample.Prediction == sample.Label ? 1 : 0;
                certified += sample.Certified ? 1 : 0;
            }

            progress?.Report(new(samples.Count, data.Count, right, certified, watch.Elapsed));
        }

        double count = data.Count;
        var (epsilon, flips, flipMode, clamp) = Report.Describe(perturbation);
        return new()
        {
            Model = network.Description.Name,
            Method = CertificationMethodNames.Of(method),
            Alpha = method == CertificationMethod.Alpha ? Alpha : null,
            Intermediate = method == CertificationMethod.SIbp ? null : CertificationMethodNames.Of(Intermediate),
            Norm = perturbation.Norm,
            Epsilon = epsilon,
            Flips = flips,
            FlipMode = flipMode,
            Clamp = clamp,
            Steps = network.Steps,
            Encoding = Report.Describe(network.Description),
            Seed = network.EncodingSeed,
            Guard = Guard.Plain,
            WeightsSha256 = Weights.Hash(network),
            ArchitectureSha256 = network.Description.ArchitectureHash,
            Dataset = ReportedDataset.Of(data),
            Version = Report.LibraryVersion,
            Samples = samples,
            Summary = new(right / count, certified / count, 1 - certified / count, watch.Elapsed.TotalSeconds),
        };
    }

    private IEnumerable<CertifiedSample> Certify(Dataset data, int[] positions)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (inputs, labels, indices) = SampleBatch.Load(network, data, positions);
        var logits = network.forward(inputs, indices);
        // A bound that overflowed says nothing: the least number is a lower bound of everything.
        var bounds = Bound(perturbation.Apply(network, inputs, indices), labels).nan_to_num(float.MinValue, float.MinValue, float.MinValue);
        var predictions = Values<long>(Margins.Predict(logits));
        var (allLogits, allBounds) = (Values<float>(logits.to(ScalarType.Float32)), Values<float>(bounds.to(ScalarType.Float32)));
        var classes = Values<long>(labels);
        return [.. positions.Select((position, row) =>
        {
            var ownBounds = Row(allBounds, row, (int)bounds.shape[1]);
            bool certified = predictions[row] == classes[row] && ownBounds.All(bound => bound > Guard.Plain);
            return new CertifiedSample(
                data.Indices[position], data.InputHash(position), classes[row], predictions[row],
                Row(allLogits, row, (int)logits.shape[1]), ownBounds, certified);
        })];
    }

    private Tensor Bound(IPerturbedInput input, Tensor labels)
    {
        if (method == CertificationMethod.SIbp)
        {
            return network.BoundMargins(input, labels, BoundMethod.SIbpCounts);
        }

        var intervals = Intermediate == IntermediateBounds.SCrown ? new MembraneRefiner(network).Refine(input) : network.BoundMembranes(input);
        return method switch
        {
            CertificationMethod.SCrownPaper => network.BoundMargins(input, labels, BoundMethod.SCrownPaper, intervals),
            CertificationMethod.SCrown => network.BoundMargins(input, labels, BoundMethod.SCrownTrains, intervals),
            _ => new SlopeOptimiser(network, Alpha).BoundMargins(input, labels, intervals),
        };
    }

    private static T[] Values<T>(Tensor tensor)
        where T : unmanaged => tensor.cpu().contiguous().data<T>().ToArray();

    private static float[] Row(float[] values, int row, int width) => values[(row * width)..((row + 1) * width)];
}
