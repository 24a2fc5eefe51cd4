using SnnDsl.Attacks;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Serialization;
using SnnDsl.Training;

namespace SnnDsl.Benchmarks.Paper;

/// <summary>One job, a part at a time: what is on the disk is not done again.</summary>
/// <param name="job">The job.</param>
/// <param name="settings">What all jobs are given.</param>
/// <param name="say">Told what goes on.</param>
internal sealed class JobRun(Job job, Settings settings, Action<string> say)
{
    private readonly Subject subject = Subject.All[job.Network];

    private string Folder => Path.Combine(settings.Out, job.Name);

    private string Result => Path.Combine(Folder, "outcome.json");

    private string Attacked => Path.Combine(Folder, "attack.json");

    private string Trained => Path.Combine(settings.Out, "weights", job.Weights);

    /// <summary>What came of it; null if it has not ended yet.</summary>
    public Outcome? Known => File.Exists(Result) ? Outcome.Read(File.ReadAllText(Result)) : null;

    /// <summary>Trains, attacks and certifies.</summary>
    /// <exception cref="InvalidOperationException">An attack broke what a certificate holds for.</exception>
    public Outcome Run()
    {
        Directory.CreateDirectory(Folder);
        using var network = subject.Create(settings.Seed);
        var (train, test) = (Load(network, "train"), Load(network, "test"));
        int epochs = settings.Epochs ?? (job.IsCertified ? subject.CertifiedEpochs : subject.NaturalEpochs);
        double? seconds = Train(network, train, epochs);
        var attack = Attack(network, test);
        Dictionary<string, double> errors = [];
        foreach (var method in Methods)
        {
            var report = Certify(network, test, method);
            if (Chain.Violations(report, attack) is [var index, ..])
            {
                throw new InvalidOperationException($"{job.Name}: sample {index} is certified by {CertificationMethodNames.Of(method)} and was broken: bounds or attack are wrong.");
            }

            errors[CertificationMethodNames.Of(method)] = report.Summary.CertifiedError;
        }

        var outcome = new Outcome
        {
            Name = job.Name,
            TrainingSamples = train.Count,
            TestSamples = test.Count,
            Epochs = epochs,
            Seed = settings.Seed,
            WeightsSha256 = Weights.Hash(network),
            Accuracy = attack.Summary.Accuracy,
            AttackError = attack.Summary.AttackError,
            CertifiedError = errors,
            TimeLimit = Methods.Contains(CertificationMethod.Auto) ? settings.TimeLimit : null,
            EpochSeconds = seconds,
        };
        AtomicFile.WriteText(Result, outcome.ToLine());
        return outcome;
    }

    // Naturally trained networks leave nearly every sample to the search, which would run into its limit 10,000 times.
    private CertificationMethod[] Methods => job.IsCertified
        ? [CertificationMethod.SIbp, CertificationMethod.SCrown, CertificationMethod.Auto]
        : [CertificationMethod.SIbp, CertificationMethod.SCrown];

    private Dataset Load(SpikingModule network, string split)
    {
        var all = job.Data == "nmnist"
            ? EventDataset.Load(Path.Combine(settings.Data, job.Data), network.Steps, split)
            : ImageDataset.Load(Path.Combine(settings.Data, job.Data), job.Data, split);
        return settings.Count < all.Count ? all.Take(settings.Count.Value) : all;
    }

    private double? Train(SpikingModule network, Dataset train, int epochs)
    {
        if (File.Exists(Trained))
        {
            Weights.Load(network, Trained);
            return null;
        }

        var options = (job.IsCertified ? Recipes.Best(Target, epochs, settings.Seed) : Recipes.Natural(epochs, settings.Seed)) with
        {
            Steps = job.Steps,
            Schedule = RateSchedule.Cosine,
            LearningRate = subject.LearningRate,
            BatchSize = subject.BatchSize,
            Augmentation = subject.Shift > 0 ? new() { Shift = subject.Shift } : null,
        };
        string checkpoint = Trained + ".checkpoint";
        var trainer = new Trainer(network, train, options) { CheckpointPath = checkpoint };
        var history = trainer.Run(resume: true, new EachEpoch(now => say($"{job.Name}: epoch {now.Epoch} of {now.Epochs}, loss {now.Loss:0.000}, {now.Accuracy:0.0%} right{(now.Bounded is { } share ? $", {share:0.0%} bounded" : "")}")));
        Weights.Save(network, Trained);
        File.Delete(checkpoint);
        return history.Count == 0 ? null : train.Count / history[^1].SamplesPerSecond;
    }

    private RobustOptions Target => job.Budget switch
    {
        Budget.Epsilon => new() { Epsilon = job.Size },
        Budget.Flips => new() { Flips = (int)job.Size },
        _ => new() { Retiming = (int)job.Size },
    };

    private AttackReport Attack(SpikingModule network, Dataset test)
    {
        if (!File.Exists(Attacked))
        {
            say($"{job.Name}: attack");
            using var report = new Attacker(network, EnsembleAttack.Against(job.Perturbation, settings.Seed)!).Run(test);
            report.Save(Attacked);
        }

        return Report.Load<AttackReport>(Attacked);
    }

    private CertificationReport Certify(SpikingModule network, Dataset test, CertificationMethod method)
    {
        string name = CertificationMethodNames.Of(method);
        say($"{job.Name}: {name}");
        var certifier = new Certifier(network, job.Perturbation, method)
        {
            TimeLimit = method == CertificationMethod.Auto ? TimeSpan.FromSeconds(settings.TimeLimit) : null,
        };
        using var file = RecordFile<CertificateRecord>.Resume(Path.Combine(Folder, name + ".jsonl"), certifier.Setting(test));
        return certifier.Run(test, file);
    }

    private sealed class EachEpoch(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.EndOfEpoch)
            {
                tell(value);
            }
        }
    }
}
