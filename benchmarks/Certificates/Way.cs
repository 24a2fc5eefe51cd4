using System.Diagnostics;
using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Certificates;

/// <summary>One way to judge samples: a method of the certifier, the paper's bound, or an attack.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Run">Judges the samples.</param>
internal sealed record Way(string Name, Func<Subject, Settings, Measurement> Run)
{
    /// <summary>All ways, from the cheapest to the dearest.</summary>
    public static IReadOnlyList<Way> All { get; } =
    [
        new("paper", Paper),
        Method("s-ibp", CertificationMethod.SIbp),
        Method("s-crown-paper", CertificationMethod.SCrownPaper),
        Method("s-crown", CertificationMethod.SCrown),
        Method("s-crown, intermediate s-crown", CertificationMethod.SCrown, IntermediateBounds.SCrown),
        Method("alpha", CertificationMethod.Alpha),
        Method("bab", CertificationMethod.Bab),
        Method("auto", CertificationMethod.Auto),
        new("pgd", Strongest),
    ];

    private static Way Method(string name, CertificationMethod method, IntermediateBounds intermediate = IntermediateBounds.SIbp) =>
        new(name, (subject, settings) =>
        {
            using var network = subject.Trained(subject.Create);
            var data = subject.Samples(settings.Data, settings.Count);
            var certifier = new Certifier(network, subject.Box, method)
            {
                Intermediate = intermediate,
                TimeLimit = method is CertificationMethod.Bab or CertificationMethod.Auto ? settings.TimeLimit : null,
            };
            // The first call compiles; it is not what a sample costs.
            certifier.Run(data.Take(1));
            using var file = settings.Records is null
                ? null
                : RecordFile<CertificateRecord>.Resume(Path.Combine(settings.Records, $"{subject.Name}.{name}.jsonl"), certifier.Setting(data));
            var records = certifier.Run(data, file, progress: new Told(subject.Name, name)).Records;
            var unknown = records.Where(record => record.Verdict == Verdict.Unknown).ToArray();
            return new()
            {
                Network = subject.Name,
                Way = name,
                Samples = data.Count,
                Certified = records.Count(record => record.Verdict.IsByBounds()),
                Falsified = records.Count(record => record.Verdict == Verdict.Falsified),
                Misled = records.Count(record => record.Prediction != record.Label
                    || (record.Counterexample is { } found && found.Prediction != record.Label)),
                MeanMargin = records.Where(record => record.Verdict != Verdict.Falsified && record.LowerBounds.Length > 0).Average(record => record.LowerBounds.Min()),
                Milliseconds = records.Average(record => 1000 * record.Seconds),
                DecidedBy = records.Where(record => record.DecidedBy is not null).GroupBy(record => record.DecidedBy!)
                    .OrderByDescending(group => group.Count()).ToDictionary(group => group.Key, group => group.Count()),
                OpenSpikes = unknown.SelectMany(record => record.Unstable ?? []).GroupBy(spikes => spikes.Layer)
                    .ToDictionary(group => group.Key, group => Median([.. group.Select(spikes => spikes.Steps.Sum())])),
                UnknownSamples = [.. unknown.Select(record => record.Index)],
            };
        });

    // S-CROWN with the paper's lines, each step's input made concrete by itself, over the same box.
    private static Measurement Paper(Subject subject, Settings settings)
    {
        using var network = subject.Trained(subject.CreatePerStep);
        var data = subject.Samples(settings.Data, settings.Count);
        var (certified, margins) = (0, new List<float>());
        var watch = Stopwatch.StartNew();
        foreach (int[] positions in Enumerable.Range(0, data.Count).Chunk(10))
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            var (inputs, labels) = (data.Inputs(positions), data.LabelsAt(positions));
            Interval box = subject.Box.Box(inputs);
            var steps = new BoxInput(new(EveryStep(box.Lower, network), EveryStep(box.Upper, network)), hasTime: true);
            var least = network.BoundMargins(steps, labels, BoundMethod.SCrownPaper).amin([1L]).data<float>().ToArray();
            var right = (Margins.Predict(network.forward(EveryStep(inputs, network))) == labels).data<bool>().ToArray();
            margins.AddRange(least);
            certified += least.Zip(right).Count(pair => pair.Second && pair.First > Guard.Plain);
        }

        return new()
        {
            Network = subject.Name,
            Way = "paper",
            Samples = data.Count,
            Certified = certified,
            Falsified = 0,
            Misled = 0,
            MeanMargin = margins.Average(),
            Milliseconds = watch.Elapsed.TotalMilliseconds / data.Count,
        };
    }

    private static Tensor EveryStep(Tensor image, SpikingModule network) => image.unsqueeze(0).expand([network.Steps, .. image.shape]).contiguous();

    // The strongest attack that the library has for a box.
    private static Measurement Strongest(Subject subject, Settings settings)
    {
        using var network = subject.Trained(subject.Create);
        var data = subject.Samples(settings.Data, settings.Count);
        var watch = Stopwatch.StartNew();
        var attack = new Pgd(subject.Box) { Restarts = settings.Restarts, Steps = settings.AttackSteps };
        using var report = new Attacker(network, attack).Run(data, new Told(subject.Name, "pgd"));
        return new()
        {
            Network = subject.Name,
            Way = "pgd",
            Samples = data.Count,
            Certified = 0,
            Falsified = report.Samples.Count(sample => sample.Broken || sample.Margin <= 0),
            Misled = report.Samples.Count(sample => sample.Broken),
            MeanMargin = report.Samples.Average(sample => sample.Margin),
            Milliseconds = watch.Elapsed.TotalMilliseconds / data.Count,
        };
    }

    private static int Median(int[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }

    // A line on the error stream now and then.
    private sealed class Told(string network, string way) : IProgress<EvaluationProgress>
    {
        private readonly Stopwatch watch = Stopwatch.StartNew();
        private TimeSpan last;

        public void Report(EvaluationProgress value)
        {
            if (watch.Elapsed - last > TimeSpan.FromSeconds(20))
            {
                last = watch.Elapsed;
                Console.Error.WriteLine($"{network}, {way}: {value.Done} of {value.Count} after {last.TotalSeconds:0} s");
            }
        }
    }
}
