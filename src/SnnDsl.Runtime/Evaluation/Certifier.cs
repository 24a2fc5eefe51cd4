using System.Diagnostics;
using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Data;
using SnnDsl.Evaluation.Cascade;
using SnnDsl.Evaluation.Records;
using SnnDsl.Hardware;
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

    /// <summary>In which arithmetic bounds are computed, and what they hold for; plain ones bound samples and certify none.</summary>
    public Precision Precision { get; init; } = Precision.RoundingSafe;

    /// <summary>What the run's records say of network, data and method.</summary>
    /// <param name="data">The samples.</param>
    public CertificationSetting Setting(Dataset data) => new()
    {
        Model = network.Description.Name,
        ArchitectureSha256 = network.Description.ArchitectureHash,
        WeightsSha256 = Weights.Hash(network),
        Dataset = ReportedDataset.Of(data),
        Perturbation = perturbation.Record(perturbation.BoxIn(Precision, network.Description.Encoding)),
        Steps = network.Steps,
        Encoding = Report.Describe(network.Description),
        Seed = network.EncodingSeed,
        Method = CertificationMethodNames.Of(method),
        Intermediate = method is CertificationMethod.SIbp or CertificationMethod.Bab ? null : CertificationMethodNames.Of(Intermediate),
        Alpha = method is CertificationMethod.Alpha or CertificationMethod.Auto ? Alpha : null,
        Precision = PrecisionNames.Of(Precision),
        Guard = Guard.Of(Precision),
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
    /// <exception cref="NotSupportedException">Network or perturbation have no rounding-safe bounds: the message says why, and what to do.</exception>
    /// <exception cref="IOException">A record cannot be written.</exception>
    public CertificationReport Run(
        Dataset data, RecordFile<CertificateRecord>? file = null, Shard? shard = null, IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        SampleBatch.Check(network, data);
        using var deployed = network.InMode(training: false);
        int[] positions = [.. (shard ?? Shard.Whole).Positions(data.Count)];
        var setting = Setting(data);
        var own = positions.ToHashSet();
        var records = (file?.Records ?? []).Where(record => own.Contains(record.Position)).ToList();
        var tally = new Tally(positions.Length, records, progress);
        using var view = new NetworkView(network, Precision);
        var cascade = Cascade();
        int[] open = [.. positions.Except(records.Select(record => record.Position))];
        try
        {
            foreach (int[] batch in open.Chunk(BatchSize ?? MemoryPlan.ForBounds(network, method)))
            {
                foreach (var record in Certify(data, batch, view, cascade, setting, file, cancellation))
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

    /// <summary>What the stages find for one sample by itself.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="position">Which one.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="OperationCanceledException">The run was ended.</exception>
    internal SampleState Settle(Dataset data, int position, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var deployed = network.InMode(training: false);
        using var view = new NetworkView(network, Precision);
        return Settle(data, [position], view, Cascade(), cancellation).Single();
    }

    /// <summary>Describes a counterexample, and stores it where records go to a file.</summary>
    internal static RecordedCounterexample? Store<TRecord>(
        Counterexample? found, Tensor sample, long index, CertificationSetting setting, RecordFile<TRecord>? file)
        where TRecord : SampleRecord, IRecordKind
    {
        if (found is null)
        {
            return null;
        }

        using (found.Input)
        {
            return new(found.Prediction, found.Margins, found.Distance, file?.SaveCounterexample(index, found.Input, sample, setting));
        }
    }

    private bool Searches => method is CertificationMethod.Auto or CertificationMethod.Bab;

    private TimeSpan? Limit => TimeLimit ?? (Searches ? new SearchOptions().TimeLimit : null);

    private IEnumerable<CertificateRecord> Certify(
        Dataset data, int[] positions, NetworkView view, CertificationCascade cascade, CertificationSetting setting,
        RecordFile<CertificateRecord>? file, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var sample in Settle(data, positions, view, cascade, cancellation))
        {
            yield return Record(sample, data, setting, file);
        }
    }

    // Tensors are made in the current scope, which must outlive the enumeration.
    private IEnumerable<SampleState> Settle(
        Dataset data, int[] positions, NetworkView view, CertificationCascade cascade, CancellationToken cancellation)
    {
        var inputs = SampleBatch.Load(network, data, positions);
        long[] labels = inputs.Labels.Longs();
        var samples = positions.Select((position, row) => new SampleState
        {
            Position = position,
            Index = data.Indices[position],
            Label = (int)labels[row],
        }).ToArray();
        return cascade.Run(new(network, perturbation, samples, inputs) { View = view }, cancellation);
    }

    // One for all batches of a run: its stages learn how long they take.
    private CertificationCascade Cascade()
    {
        double guard = Guard.Of(Precision);
        var search = new SearchOptions { Seed = AttackSeed, MostSubproblems = MostSubproblems };
        var plan = new StagePlan(network, method, perturbation, Intermediate, Alpha, search, guard);
        return new(plan.Stages, guard, Limit ?? TimeSpan.MaxValue);
    }

    private CertificateRecord Record(SampleState sample, Dataset data, CertificationSetting setting, RecordFile<CertificateRecord>? file)
    {
        using var scope = NewDisposeScope();
        return new()
        {
            Format = CertificateRecord.FormatName,
            Position = sample.Position,
            Index = sample.Index,
            InputSha256 = data.InputHash(sample.Position),
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
            Counterexample = sample.Counterexample is { } found
                ? Store(found, SampleBatch.Load(network, data, [sample.Position]).Inputs, sample.Index, setting, file)
                : null,
            Proof = sample.Proof is { } proof ? file?.SaveProof(sample.Index, proof) : null,
            Unstable = sample.Unstable,
            Reason = sample.Verdict == Verdict.Unknown ? sample.Reason : null,
            Setting = setting,
        };
    }

    // Counts what is settled, for whoever watches.
    private sealed class Tally(int count, IReadOnlyList<CertificateRecord> before, IProgress<EvaluationProgress>? progress)
    {
        private readonly Stopwatch watch = Stopwatch.StartNew();
        private readonly int early = before.Count;
        private int done = before.Count;
        private int right = before.Count(record => record.Prediction == record.Label);
        private int held = before.Count(record => record.Verdict.IsByBounds());

        public void Count(CertificateRecord record)
        {
            done++;
            right += record.Prediction == record.Label ? 1 : 0;
            held += record.Verdict.IsByBounds() ? 1 : 0;
            progress?.Report(new(done, count, right, held, watch.Elapsed) { Before = early });
        }
    }
}
