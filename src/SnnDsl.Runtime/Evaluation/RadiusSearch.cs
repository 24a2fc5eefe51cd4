using System.Diagnostics;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation.Cascade;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation;

/// <summary>
/// The certified radius of samples: bisection between the largest size that a method certifies and the smallest that it does not, below the
/// smallest that an attack breaks. A certificate covers all smaller sizes, for their sets lie in its own, so the radius is sound whether or
/// not the method gets weaker as sizes grow. In a plain precision sizes are bounded, not certified, and the radius is no more than that.
/// </summary>
public sealed class RadiusSearch
{
    private readonly SpikingModule network;
    private readonly Perturbation largest;
    private readonly PerturbationScale scale;
    private readonly Func<Perturbation, Certifier> certifier;

    /// <summary>Prepares a search.</summary>
    /// <param name="network">The network, with the steps and the encoding seed that it is deployed with.</param>
    /// <param name="largest">The largest perturbation that is tried.</param>
    /// <param name="certifier">The certifier for a size; its time limit is for one size.</param>
    /// <exception cref="NotSupportedException">The perturbation has no size.</exception>
    public RadiusSearch(SpikingModule network, Perturbation largest, Func<Perturbation, Certifier> certifier)
    {
        (this.network, this.largest, this.certifier) = (network, largest, certifier);
        scale = largest.Scale ?? throw new NotSupportedException(
            $"A radius is an epsilon, a number of flips or a retiming, and {largest.GetType().Name} has no size: certify it instead.");
    }

    /// <summary>How far apart the largest certified size and the smallest uncertified one may stay; whole sizes end at neighbours.</summary>
    public double Tolerance { get; init; } = 0.001;

    /// <summary>What the run's records say of network, data, method and sizes.</summary>
    /// <param name="data">The samples.</param>
    public CertificationSetting Setting(Dataset data) =>
        certifier(largest).Setting(data) with { RadiusTolerance = scale.IsWhole ? 1 : Tolerance };

    /// <summary>Searches the radius of samples; those that a file has records of already are not worked on again.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="file">Takes each sample's record as soon as it is known; null to keep them in memory alone.</param>
    /// <param name="shard">Which of the samples; null for all.</param>
    /// <param name="progress">Told after every sample; a sample holds if its radius is above 0.</param>
    /// <param name="cancellation">Ends the run early: fewer records than samples are returned.</param>
    /// <returns>The records in the samples' order.</returns>
    /// <exception cref="ArgumentException">Network, perturbation and data do not fit together.</exception>
    /// <exception cref="IOException">A record cannot be written.</exception>
    public IReadOnlyList<RadiusRecord> Run(
        Dataset data, RecordFile<RadiusRecord>? file = null, Shard? shard = null, IProgress<EvaluationProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        SampleBatch.Check(network, data);
        var watch = Stopwatch.StartNew();
        int[] positions = [.. (shard ?? Shard.Whole).Positions(data.Count)];
        var setting = Setting(data);
        var own = positions.ToHashSet();
        var records = (file?.Records ?? []).Where(record => own.Contains(record.Position)).ToList();
        int before = records.Count;
        try
        {
            foreach (int position in positions.Except(records.Select(record => record.Position)).ToArray())
            {
                cancellation.ThrowIfCancellationRequested();
                var record = Search(data, position, setting, file, cancellation);
                file?.Append(record);
                records.Add(record);
                progress?.Report(new(
                    records.Count, positions.Length, records.Count(known => known.Prediction == known.Label),
                    records.Count(known => known.Radius > 0), watch.Elapsed) { Before = before });
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The records so far are the result.
        }

        return [.. records.OrderBy(record => record.Position)];
    }

    private RadiusRecord Search(
        Dataset data, int position, CertificationSetting setting, RecordFile<RadiusRecord>? file, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var watch = Stopwatch.StartNew();
        var probes = new List<RadiusProbe>();
        SampleState Probe(double size)
        {
            var state = certifier(scale.At(size)).Settle(data, position, cancellation);
            probes.Add(new(size, state.Verdict, state.DecidedBy));
            return state;
        }

        // The attack's size first: the method need not be asked above it.
        var state = new SampleState { Position = position, Index = data.Indices[position], Label = (int)data.LabelsAt(position).item<long>() };
        var batch = new OpenBatch(network, largest, [state], SampleBatch.Load(network, data, [position]));
        using (no_grad())
        {
            new PredictionStage().Run(batch, TimeSpan.MaxValue, cancellation);
        }

        SampleState? certified = null;
        Counterexample? broken = null;
        double? brokenAt = null;
        if (state.IsOpen)
        {
            (broken, brokenAt) = Attack(batch, setting.AttackSeed ?? 0, cancellation);
            double below = 0, above = brokenAt ?? scale.Most;
            // Up to the largest size itself, if nothing breaks it.
            for (double? size = broken is null ? scale.Most : scale.Between(below, above, Tolerance); size is { } asked; size = scale.Between(below, above, Tolerance))
            {
                var found = Probe(asked);
                if (found.Verdict.IsByBounds())
                {
                    (certified, below) = (found, asked);
                    if (asked >= scale.Most)
                    {
                        break;
                    }
                }
                else
                {
                    above = asked;
                }

                if (found.Counterexample is { } nearer && Size(nearer, asked) is var reached && (brokenAt is null || reached < brokenAt))
                {
                    (broken, brokenAt, above) = (nearer, reached, Math.Min(above, reached));
                }
            }
        }

        return new()
        {
            Format = RadiusRecord.FormatName,
            Position = position,
            Index = state.Index,
            InputSha256 = data.InputHash(position),
            Label = state.Label,
            Prediction = state.Prediction,
            Seconds = watch.Elapsed.TotalSeconds,
            Version = Report.LibraryVersion,
            Radius = state.DecidedBy == PredictionStage.Prediction ? null : probes.Where(probe => probe.Verdict.IsByBounds()).Max(probe => (double?)probe.Size) ?? 0,
            Broken = brokenAt,
            LowerBounds = [.. certified?.LowerBounds ?? []],
            ProvedBy = [.. certified?.ProvedBy ?? []],
            Counterexample = Certifier.Store(broken, batch.Input(0), state.Index, setting, file),
            Proof = certified?.Proof is { } proof ? file?.SaveProof(state.Index, proof) : null,
            Probes = [.. probes],
            Setting = setting,
        };
    }

    // The least size whose set is known to hold a counterexample: its distance where that is a size.
    private double Size(Counterexample found, double asked) => scale.IsDistance ? Math.Min(asked, found.Distance) : asked;

    // The nearest counterexample that attacks of ever smaller sizes find.
    private (Counterexample? Found, double? Size) Attack(OpenBatch batch, long seed, CancellationToken cancellation)
    {
        Counterexample? nearest = null;
        double below = 0, above = scale.Most;
        for (double? size = scale.Most; size is { } asked; size = scale.Between(below, above, Math.Max(Tolerance, above / 64)))
        {
            if (Attacks.Attack.On(scale.At(asked), seed) is not { } attack)
            {
                return (null, null);
            }

            var state = new SampleState { Position = batch.Samples[0].Position, Index = batch.Samples[0].Index, Label = batch.Samples[0].Label };
            var target = new OpenBatch(network, scale.At(asked), [state], batch.Data);
            new AttackStage(attack, share: 1).Run(target, TimeSpan.MaxValue, cancellation);
            if (state.Counterexample is { } found)
            {
                (nearest, above) = (found, Size(found, asked));
            }
            else
            {
                below = asked;
                if (asked >= scale.Most)
                {
                    return (null, null);
                }
            }
        }

        return (nearest, nearest is null ? null : above);
    }
}
