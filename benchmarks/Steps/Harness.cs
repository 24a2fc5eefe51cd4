using SnnDsl.Benchmarks.Cases;
using SnnDsl.Benchmarks.Measuring;
using SnnDsl.Benchmarks.Reporting;
using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks;

/// <summary>Checks that eager and emitted code agree, and times them.</summary>
internal sealed class Harness
{
    private static readonly string[] Both = ["fc", "conv"];
    private static readonly string[] Small = ["fc"];

    private readonly Options options;
    private readonly Peaks peaks;
    private readonly Dictionary<(string Model, string State, int Steps), SubjectResult> subjects = [];
    private Report report;

    public Harness(Options options)
    {
        this.options = options;
        if (options.Threads is { } threads)
            set_num_threads(threads);

        SpikingLayer.GradientPrecision = options.Precision;
        peaks = Peaks.Measure();
        report = new() { Machine = Machine.Describe(peaks) };
    }

    /// <summary>Runs what the options ask for; progress goes to the error stream, so that the output is the tables alone.</summary>
    public Report Run()
    {
        foreach (var (step, work, model, state) in Selected())
        {
            var busy = work with { Activities = Describe(model, state, work.Steps).Layers };
            var result = Measure(step, work, busy, model, state);
            Keep(report with { Results = [.. report.Results, result] });
            Say($"{step.Name} {model}, {state}, batch {work.Batch}, T {work.Steps}: eager {result.EagerMs:0.00}, plain {result.PlainMs:0.00}, fused {result.FusedMs:0.00} ms");
        }

        if (Wants(LayerCase.Name))
            Keep(report with { Layer = LayerCase.Measure() });

        if (Wants(CsnnCase.Name))
            Keep(report with { Csnn = CsnnCase.Measure(peaks) });

        if (Wants(MemoryCase.Name) && ResidentMemory.IsKnown)
            MeasureMemory();

        foreach (string model in Wants(AccuracyCase.Name) ? options.Models ?? Small : [])
            Keep(report with { Accuracy = [.. report.Accuracy, AccuracyCase.Measure(model, options.Data, options.Epochs, options.Seeds, Say)] });

        foreach (bool isCertified in new[] { false, true })
        {
            foreach (string model in Wants(isCertified ? EnduranceCase.Certified : EnduranceCase.Natural) ? options.Models ?? Small : [])
                MeasureEndurance(model, isCertified);
        }

        return report;
    }

    private bool Wants(string name) => options.Cases.Contains(name);

    private IEnumerable<(StepCase Step, Workload Work, string Model, string State)> Selected() =>
        from step in StepCase.All
        where Wants(step.Name)
        from model in options.Models ?? Both
        from state in options.States
        from steps in options.Steps
        from batch in options.Batches ?? [step.Headline(model)]
        let work = new Workload(LayerSize.Of(model), batch, steps)
        where step.Covers(work)
        select (step, work, model, state);

    /// <summary>The first time, eager and emitted code are compared; nothing is timed where they differ.</summary>
    private SubjectResult Describe(string model, string state, int steps)
    {
        if (subjects.TryGetValue((model, state, steps), out var known))
            return known;

        var (values, gradients) = Agreement.Check(model, state, steps);
        Say($"{model} ({state}), T {steps}: eager, plain and fused code agree, values to {values:E1}, gradients to {gradients:E1}");
        using var subject = Subject.Create(model, state, batch: 128, steps);
        var found = new SubjectResult
        {
            Model = model,
            State = state,
            Steps = steps,
            Epsilon = Subject.Epsilon,
            Accuracy = Round(subject.MeasureAccuracy()),
            Layers = [.. subject.MeasureActivity().Select(layer => new Activity(
                Round(layer.Fired), Round(layer.Certain), Round(layer.Unstable), Round(layer.Live)))],
        };
        subjects.Add((model, state, steps), found);
        Keep(report with { Subjects = [.. report.Subjects, found] });
        return found;
    }

    private Result Measure(StepCase step, Workload work, Workload busy, string model, string state)
    {
        using var subject = Subject.Create(model, state, work.Batch, work.Steps);
        var prepared = Enum.GetValues<Code>().Select(code => step.Prepare(subject, code)).ToList();
        bool isLatency = step.Name == StepCase.Inference;
        Action[] actions = [.. prepared.Select(one => one.Run)];
        var times = isLatency
            ? Interleaved.Measure(least: 1000, most: 3000, TimeSpan.FromSeconds(15), collectEvery: 3000, actions)
            : Interleaved.Measure(least: 7, most: 51, TimeSpan.FromSeconds(3), collectEvery: 1, actions);
        Subject.Choose(Code.Fused);
        prepared.ForEach(one => one.Used?.Dispose());
        var (dense, useful) = (step.Phases(work).ToList(), step.Phases(busy).ToList());
        var (eager, plain, fused) = (times[0], times[1], times[2]);
        double seconds = fused.Median / 1e3;
        var (floorMs, eventFloorMs) = (dense.Sum(p => p.FloorMs(peaks)), useful.Sum(p => p.FloorMs(peaks)));
        return new()
        {
            Case = step.Name,
            Precision = options.Precision == GradientPrecision.BFloat16 && step.Name == StepCase.Train ? Options.BFloat16 : Options.Float32,
            Model = model,
            State = state,
            Batch = work.Batch,
            Steps = work.Steps,
            EagerMs = Round(eager.Median),
            PlainMs = Round(plain.Median),
            FusedMs = Round(fused.Median),
            Ratio = Round(eager.Median / fused.Median),
            Runs = fused.Runs,
            EagerP99Ms = isLatency ? Round(eager.Percentile(0.99)) : null,
            PlainP99Ms = isLatency ? Round(plain.Percentile(0.99)) : null,
            FusedP99Ms = isLatency ? Round(fused.Percentile(0.99)) : null,
            Gflop = Round(dense.Sum(p => p.Flops) / 1e9),
            UsefulGflop = Round(useful.Sum(p => p.Flops) / 1e9),
            Megabytes = Round(dense.Sum(p => p.Bytes) / 1e6),
            FlopShare = Round(dense.Sum(p => p.Flops) / peaks.FlopsPerSecond / seconds),
            ByteShare = Round(dense.Sum(p => p.Bytes) / peaks.BytesPerSecond / seconds),
            FloorMs = Round(floorMs),
            FloorShare = Round(floorMs / fused.Median),
            EventFloorMs = Round(eventFloorMs),
            EventFloorShare = Round(eventFloorMs / fused.Median),
        };
    }

    private void MeasureMemory()
    {
        foreach (var step in StepCase.All.Where(step => step.IsTraining))
        {
            foreach (string model in options.Models ?? Both)
            {
                foreach (string state in options.States)
                {
                    var result = MemoryCase.Measure(step, model, state, step.Headline(model), options.Steps[^1]);
                    Keep(report with { Memory = [.. report.Memory, result] });
                    Say($"peak of {step.Name} {model}: eager {result.EagerPeakMb:0}, fused {result.FusedPeakMb:0} MB");
                }
            }
        }
    }

    private void MeasureEndurance(string model, bool isCertified)
    {
        var result = EnduranceCase.Measure(model, isCertified, options.Runs);
        Keep(report with { Endurance = [.. report.Endurance, result] });
        Say($"endurance {result.Training} {model}: {result.LeastMb:0.0} to {result.MostMb:0.0} MB, {result.FinalisedPerStep:0.00} finalised a step");
    }

    private static double Round(double value) => Math.Round(value, 4);

    private static void Say(FormattableString text) => Console.Error.WriteLine(FormattableString.Invariant(text));

    private void Keep(Report next)
    {
        report = next;
        if (options.Json is { } path)
            report.Save(path);
    }
}
