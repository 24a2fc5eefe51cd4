using SnnDsl.Benchmarks.Cases;
using SnnDsl.Benchmarks.Measuring;
using SnnDsl.Benchmarks.Reporting;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks;

/// <summary>Checks that eager and emitted code agree, and times them.</summary>
internal sealed class Harness(Options options)
{
    private readonly HashSet<(string Model, int Steps)> agreed = [];

    /// <summary>Runs what the options ask for; progress goes to the error stream, so that the output is the table alone.</summary>
    public Report Run()
    {
        if (options.Threads is { } threads)
            set_num_threads(threads);

        var peaks = Peaks.Measure();
        var report = new Report(Machine.Describe(peaks), []);
        foreach (var (step, work, model) in Selected())
        {
            CheckOnce(model, work.Steps);
            var result = Measure(step, work, model, peaks);
            report = report with { Results = [.. report.Results, result] };
            Say($"{step.Name} {model}, batch {work.Batch}, T {work.Steps}: {result.EagerMs:0.00} / {result.FusedMs:0.00} ms");
            Save(report);
        }

        if (options.Cases.Contains(LayerCase.Name))
        {
            report = report with { Layer = LayerCase.Measure() };
            Save(report);
        }

        return report;
    }

    private IEnumerable<(StepCase Step, Workload Work, string Model)> Selected() =>
        from step in StepCase.All
        where options.Cases.Contains(step.Name)
        from model in options.Models
        from steps in options.Steps
        from work in Sizes(step, model, steps)
        select (step, work, model);

    private IEnumerable<Workload> Sizes(StepCase step, string model, int steps)
    {
        var layers = model == "fc" ? LayerSize.Fc : LayerSize.Conv;
        var covered = options.Batches.Select(batch => new Workload(layers, batch, steps)).Where(step.Covers);
        return options.Quick ? covered.OrderBy(work => work.Batch).TakeLast(1) : covered;
    }

    private void CheckOnce(string model, int steps)
    {
        if (agreed.Add((model, steps)))
        {
            var (values, gradients) = Agreement.Check(model, steps);
            Say($"{model}, T {steps}: eager and emitted code agree, values to {values:E1}, gradients to {gradients:E1}");
        }
    }

    private static Result Measure(StepCase step, Workload work, string model, Peaks peaks)
    {
        using var subject = Subject.Create(model, work.Batch, work.Steps);
        var (eager, fused, used) = step.Prepare(subject);
        using var release = used;
        bool isLatency = step.Name == StepCase.Inference;
        var times = isLatency
            ? Interleaved.Measure(least: 400, most: 400, TimeSpan.Zero, collectEvery: 400, eager, fused)
            : Interleaved.Measure(least: 7, most: 51, TimeSpan.FromSeconds(2), collectEvery: 1, eager, fused);
        var phases = step.Phases(work).ToList();
        var (flops, bytes, floorMs) = (phases.Sum(p => p.Flops), phases.Sum(p => p.Bytes), phases.Sum(p => p.FloorMs(peaks)));
        var (eagerMs, fusedMs) = (times[0].Median, times[1].Median);
        return new()
        {
            Case = step.Name,
            Model = model,
            Batch = work.Batch,
            Steps = work.Steps,
            EagerMs = Round(eagerMs),
            FusedMs = Round(fusedMs),
            Ratio = Round(eagerMs / fusedMs),
            Runs = times[0].Runs,
            EagerP99Ms = isLatency ? Round(times[0].Percentile(0.99)) : null,
            FusedP99Ms = isLatency ? Round(times[1].Percentile(0.99)) : null,
            Gflop = Round(flops / 1e9),
            Megabytes = Round(bytes / 1e6),
            FlopShare = Round(flops / peaks.FlopsPerSecond / fusedMs * 1e3),
            ByteShare = Round(bytes / peaks.BytesPerSecond / fusedMs * 1e3),
            FloorMs = Round(floorMs),
            FloorShare = Round(floorMs / fusedMs),
        };
    }

    private static double Round(double value) => Math.Round(value, 4);

    private static void Say(FormattableString text) => Console.Error.WriteLine(FormattableString.Invariant(text));

    private void Save(Report report)
    {
        if (options.Json is { } path)
            report.Save(path);
    }
}
