using System.Diagnostics;
using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Data;
using SnnDsl.Evaluation.Cascade;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation;

/// <summary>Certifies the samples of a data set: batch by batch through the stages of a method, a record for each sample.</summary>
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

    /// <summary>How many samples go through the stages at once; null for as many as fit into about a gigabyte.</summary>
    public int? BatchSize { get; init; }

    /// <summary>How slopes are optimised, by the methods that do.</summary>
    public AlphaOptions Alpha { get; init; } = new();

    /// <summary>Where linear bounds take the bounds of the membranes from; S-IBP alone as a method has none to choose.</summary>
    public IntermediateBounds Intermediate { get; init; } = IntermediateBounds.SIbp;

    /// <summary>How long one sample may take; null for 10 seconds by <c>auto</c> and <c>bab</c>, and no limit by others.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>How many subproblems branch and bound may take for one sample; null for as many as fit into the time.</summary>
    public long? MostSubproblems { get; init; }

    /// <summary>What the random starts of attacks depend on, by the methods that attack.</summary>
    public long AttackSeed { get; init; }

    /// <summary>What the run's records say of network, data and method.</summary>
    /// <param name="data">The samples.</param>
    public CertificationSetting Setting(Dataset data) => new()
    {
        Model = network.Description.Name,
        ArchitectureSha256 = network.Description.ArchitectureHash,
        WeightsSha256 = Weights.Hash(network),
        Dataset = ReportedDataset.Of(data),
        Perturbation = RecordedPerturbation.Of(perturbation),
        Steps = network.Steps,
        Encoding = Report.Describe(network.Description),
        Seed = network.EncodingSeed,
        Method = CertificationMethodNames.Of(method),
        Intermediate = method is CertificationMethod.SIbp or CertificationMethod.Bab ? null : CertificationMethodNames.Of(Intermediate),
        Alpha = method is CertificationMethod.Alpha or CertificationMethod.Auto ? Alpha : null,
        Precision = "float32",
        Guard = Guard.Plain,
        TimeLimit = Limit?.TotalSeconds,
        MostSubproblems = Searches ? MostSubproblems : null,
        AttackSeed = Searches ? AttackSeed : null,
    };

    /// <summary>Certifies samples; those that a file has records of already are not worked on again.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="file">Takes each sample's record as soon as it is settled; null to keep them in memory alone.</param>
    /// <param name="shard">Which of the samples; null for all.</param>
    /// <param name="progress">Told after every sample.</param>
    /// <param name="cancellation">
    /// Ends the run early: the report then has fewer records than samples, and says so. Samples that were being worked on get no record.
    /// </param>
    /// <exception cref="ArgumentException">Network, perturbation and data do not fit together.</exception>
    /// <exception cref="IOException">A record cannot be written.</exception>
    public CertificationReport Run(
        Dataset data, RecordFile<CertificateRecord>? file = null, Shard? shard = null, IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        SampleBatch.Check(network, data);
        int[] positions = [.. (shard ?? Shard.Whole).Positions(data.Count)];
        var setting = Setting(data);
        var own = positions.ToHashSet();
        var records = (file?.Records ?? []).Where(record => own.Contains(record.Position)).ToList();
        var tally = new Tally(positions.Length, records, progress);
        int[] open = [.. positions.Except(records.Select(record => record.Position))];
        try
        {
            foreach (int[] batch in open.Chunk(BatchSize ?? MemoryPlan.ForBounds(network, method)))
            {
                foreach (var record in Certify(data, batch, setting, file, cancellation))
                {
                    file?.Append(record);
                    records.Add(record);
                    tally.Count(record);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The records so far are the result; the report counts the rest as unknown.
        }

        return new(setting, [.. records.OrderBy(record => record.Position)], CertificationSummary.Of(records, positions.Length));
    }

    private bool Searches => method is CertificationMethod.Auto or CertificationMethod.Bab;

    private TimeSpan? Limit => TimeLimit ?? (Searches ? new SearchOptions().TimeLimit : null);

    private IEnumerable<CertificateRecord> Certify(
        Dataset data, int[] positions, CertificationSetting setting, RecordFile<CertificateRecord>? file, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var inputs = SampleBatch.Load(network, data, positions);
        long[] labels = inputs.Labels.Longs();
        var samples = positions.Select((position, row) => new SampleState
        {
            Position = position,
            Index = data.Indices[position],
            Label = (int)labels[row],
        }).ToArray();
        var plan = new StagePlan(
            method, perturbation, Intermediate, Alpha, new() { Seed = AttackSeed, MostSubproblems = MostSubproblems }, setting.Guard);
        var cascade = new CertificationCascade(plan.Stages, setting.Guard, Limit ?? TimeSpan.MaxValue);
        foreach (var sample in cascade.Run(new(network, perturbation, samples, inputs), cancellation))
        {
            yield return Record(sample, data.InputHash(sample.Position), setting, file);
        }
    }

    private static CertificateRecord Record(
        SampleState sample, string inputHash, CertificationSetting setting, RecordFile<CertificateRecord>? file)
    {
        RecordedCounterexample? counterexample = null;
        if (sample.Counterexample is { } found)
        {
            using (found.Input)
            {
                counterexample = new(
                    found.Prediction, found.Margins, found.Distance, file?.SaveCounterexample(sample.Index, found.Input, setting));
            }
        }

        return new()
        {
            Format = CertificateRecord.FormatName,
            Position = sample.Position,
            Index = sample.Index,
            InputSha256 = inputHash,
            Label = sample.Label,
            Prediction = sample.Prediction,
            Seconds = sample.Spent.TotalSeconds,
            Version = Report.LibraryVersion,
            Logits = sample.Logits,
            Verdict = sample.Verdict,
            DecidedBy = sample.DecidedBy,
            LowerBounds = [.. sample.LowerBounds],
            ProvedBy = [.. sample.ProvedBy],
            Stages = [.. sample.Times],
            Subproblems = sample.Subproblems,
            Counterexample = counterexample,
            Unstable = sample.Unstable,
            Setting = setting,
        };
    }

    // Counts what is settled, for whoever watches.
    private sealed class Tally(int count, IReadOnlyList<CertificateRecord> before, IProgress<EvaluationProgress>? progress)
    {
        private readonly Stopwatch watch = Stopwatch.StartNew();
        private int done = before.Count;
        private int right = before.Count(record => record.Prediction == record.Label);
        private int certified = before.Count(record => record.Verdict == Verdict.Certified);

        public void Count(CertificateRecord record)
        {
            done++;
            right += record.Prediction == record.Label ? 1 : 0;
            certified += record.Verdict == Verdict.Certified ? 1 : 0;
            progress?.Report(new(done, count, right, certified, watch.Elapsed));
        }
    }
}
