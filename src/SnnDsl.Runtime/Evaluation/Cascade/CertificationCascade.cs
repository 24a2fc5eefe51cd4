using System.Diagnostics;
using SnnDsl.Certification;
using SnnDsl.Evaluation.Records;
using SnnDsl.Hardware;
using SnnDsl.Kernels.Derived;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>
/// Runs stages one after the other, each on those samples alone that the ones before left open and that have time left: for a stage that
/// cannot end early, as much as it took for others. A stage's time is shared by the samples that it worked on together.
/// </summary>
/// <param name="stages">The stages, the cheapest first.</param>
/// <param name="guard">What a lower bound must exceed.</param>
/// <param name="limit">How long one sample may take; the largest time for no limit.</param>
internal sealed class CertificationCascade(IReadOnlyList<CertificationStage> stages, double guard, TimeSpan limit)
{
    /// <summary>Gives each sample as soon as it is settled; last those that no stage settled.</summary>
    /// <param name="batch">The samples. Stages make tensors in the current scope, which must outlive the enumeration.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <exception cref="OperationCanceledException">The run was ended; the samples that were not given are not settled.</exception>
    public IEnumerable<SampleState> Run(OpenBatch batch, CancellationToken cancellation)
    {
        var open = batch;
        foreach (var stage in stages)
        {
            foreach (int[] rows in Groups(stage, open))
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (var settled in Run(stage, open, rows, cancellation))
                {
                    yield return settled;
                }
            }

            open = open.Select([.. Enumerable.Range(0, open.Samples.Count).Where(row => open.Samples[row].IsOpen)]);
            if (open.Samples.Count == 0)
            {
                yield break;
            }
        }

        DescribeInTime(open, cancellation);
        bool predicts = stages.Any(stage => stage is PredictionStage);
        for (int row = 0; row < open.Samples.Count; row++)
        {
            // Nothing shows that it is right in any order.
            if (predicts && open.Samples[row].CanGoOn)
            {
                PredictionStage.RunAlone(open, row);
            }

            yield return open.Samples[row];
        }
    }

    private IEnumerable<int[]> Groups(CertificationStage stage, OpenBatch open)
    {
        var waiting = new Queue<int>(Enumerable.Range(0, open.Samples.Count).Where(row => open.Samples[row].CanGoOn && open.Samples[row].Spent < limit));
        int most = waiting.Count == 0 ? 0 : Math.Min(stage.GroupSize(open), waiting.Count);
        while (waiting.Count > 0)
        {
            List<int> group = [];
            // Each by itself until it is known what one takes.
            int size = stage.IsWhole && limit < TimeSpan.MaxValue && stage.Pace.Expected is null ? 1 : most;
            while (group.Count < size && waiting.TryDequeue(out int row))
            {
                if (stage.IsWhole && stage.Pace.Expected is { } expected && limit - open.Samples[row].Spent < expected)
                {
                    stage.Pace.Skip();
                }
                else
                {
                    group.Add(row);
                }
            }

            if (group.Count > 0)
            {
                yield return [.. group];
            }
        }
    }

    // The samples of a group that a stage settles.
    private IReadOnlyList<SampleState> Run(CertificationStage stage, OpenBatch open, int[] rows, CancellationToken cancellation)
    {
        using var scope = rows.Length == open.Samples.Count ? null : NewDisposeScope();
        var watch = Stopwatch.StartNew();
        var group = open.Select(rows);
        var allowance = Allowance(group.Samples, stage.Share);
        bool ended = Run(stage, group, allowance, cancellation);
        var time = watch.Elapsed / group.Samples.Count;
        if (ended)
        {
            stage.Pace.Note(time);
        }
        else
        {
            cancellation.ThrowIfCancellationRequested();
            stage.Pace.GiveUp(time);
        }

        foreach (var sample in group.Samples)
        {
            sample.Charge(stage.Name, time);
            sample.SettleByBounds(guard, group.View.Precision, stage.Name);
        }

        return [.. group.Samples.Where(sample => !sample.IsOpen)];
    }

    // False if there was no time for it to end.
    private static bool Run(CertificationStage stage, OpenBatch group, TimeSpan allowance, CancellationToken cancellation)
    {
        var deadline = new Deadline(allowance, cancellation);
        try
        {
            if (stage.Needs is { } source)
            {
                // Later stages use them too: they must outlive the stage's own tensors.
                using (deadline.Enforce())
                {
                    group.Intervals(source, deadline);
                }
            }

            using var scope = NewDisposeScope();
            using var whole = stage.IsWhole ? deadline.Enforce() : null;
            stage.Run(group, deadline.Left, cancellation);
            return true;
        }
        catch (TimeoutException) when (deadline.IsOver)
        {
            return false;
        }
    }

    // All of a group spend alike: as much as the one with the least time left can.
    private TimeSpan Allowance(IReadOnlyList<SampleState> samples, double share) => limit == TimeSpan.MaxValue
        ? limit
        : samples.Min(sample => limit - sample.Spent) * samples.Count * share;

    // What is left open is described in the samples' own time, or not at all.
    private void DescribeInTime(OpenBatch open, CancellationToken cancellation)
    {
        var watch = Stopwatch.StartNew();
        var deadline = new Deadline(Allowance(open.Samples, share: 1), cancellation);
        try
        {
            using var enforced = deadline.Enforce();
            Describe(open);
        }
        catch (TimeoutException) when (deadline.IsOver)
        {
            cancellation.ThrowIfCancellationRequested();
        }

        foreach (var sample in open.Samples)
        {
            sample.Charge(watch.Elapsed / open.Samples.Count);
        }
    }

    // Which spikes the membranes' bounds leave open, by layer and step.
    private static void Describe(OpenBatch open)
    {
        using var scope = NewDisposeScope();
        var layers = open.Network.Description.SpikingLayers.Select(layer => layer.Name).ToArray();
        var membranes = open.Intervals(IntermediateBounds.SIbp).Membranes;
        // [T, B] for every layer.
        var counts = membranes.Select((bounds, layer) =>
        {
            var (silent, fires) = GuardSides.Settled(bounds, open.Network.Stages.Neurons[layer].Equations.Spike);
            return silent.logical_or(fires).logical_not().flatten(2).sum(2L).Longs();
        }).ToArray();
        int[] neurons = [.. membranes.Select(bounds => bounds.Lower.shape[2..].Aggregate(1, (product, size) => product * (int)size))];
        int samples = open.Samples.Count;
        for (int row = 0; row < samples; row++)
        {
            open.Samples[row].Unstable =
            [
                .. counts.Select((layer, place) => new UnstableSpikes(
                    layers[place], [.. Enumerable.Range(0, open.Network.Steps).Select(t => (int)layer[t * samples + row])], neurons[place])),
            ];
        }
    }
}
