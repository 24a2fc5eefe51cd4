using SnnDsl.Certification;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.KnifeEdge.Tests.Drafts;
using SnnDsl.Verification;
using static TorchSharp.torch;

namespace SnnDsl.KnifeEdge.Tests;

/// <summary>Certifies a scene's samples, and holds what was claimed against what the network does.</summary>
/// <param name="batch">How many samples the certifier takes at once.</param>
internal sealed class Judge(int batch)
{
    private static readonly CertificationMethod[] Bounding = [CertificationMethod.SIbp, CertificationMethod.SCrown, CertificationMethod.SCrownPaper, CertificationMethod.Alpha];

    private readonly List<string> faults = [];
    private readonly List<string> rejections = [];
    private readonly SortedDictionary<string, int> counts = new(StringComparer.Ordinal);

    /// <summary>Claims that a run breaks.</summary>
    public IReadOnlyList<string> Faults => faults;

    /// <summary>Rounding-safe records that the verifier rejects.</summary>
    public IReadOnlyList<string> Rejections => rejections;

    /// <summary>How much of what there was.</summary>
    public IReadOnlyDictionary<string, int> Counts => counts;

    /// <summary>Whether a record says that its sample is safe.</summary>
    public static bool Claims(CertificateRecord record) => record.Verdict is Verdict.Certified or Verdict.Bounded;

    /// <summary>Judges a scene.</summary>
    /// <param name="scene">The network, its samples and what may happen to them.</param>
    /// <param name="runs">How it is certified.</param>
    public void Look(Scene scene, IEnumerable<(CertificationMethod Method, Precision Precision, IntermediateBounds Intermediate)> runs)
    {
        using var scope = NewDisposeScope();
        Witnesses[] witnesses = [.. Enumerable.Range(0, scene.Data.Count).Select(sample => Witnesses.Of(scene, sample))];
        foreach (var (method, precision, intermediate) in runs)
        {
            if (precision == Precision.RoundingSafe && Bounding.Contains(method))
            {
                Bounds(scene, method, intermediate, witnesses);
            }

            Certify(scene, method, precision, intermediate, witnesses);
        }
    }

    // Every margin of every class, also of samples that no certificate is of.
    private void Bounds(Scene scene, CertificationMethod method, IntermediateBounds intermediate, Witnesses[] witnesses)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var bounder = new MarginBounder(scene.Module, method, Precision.RoundingSafe)
        {
            Intermediate = intermediate,
            Alpha = new() { Iterations = 2 },
        };
        for (int label = 0; label < scene.Circuit.Classes; label++)
        {
            using var labels = full([scene.Data.Count], label, int64);
            using var bounds = bounder.Bound(scene.Perturbation, scene.Inputs, labels);
            float[][] own = [.. bounds.data<float>().ToArray().Chunk(scene.Circuit.Classes - 1)];
            for (int sample = 0; sample < own.Length; sample++)
            {
                Check(scene, $"{method} from {intermediate}, bound", witnesses[sample], label, own[sample], safe: true, Precision.RoundingSafe);
            }
        }
    }

    private void Certify(Scene scene, CertificationMethod method, Precision precision, IntermediateBounds intermediate, Witnesses[] witnesses)
    {
        string name = $"{method} from {intermediate}, {precision}";
        string path = Path.Combine(scene.Folder, $"{method}-{precision}-{intermediate}.jsonl");
        var certifier = new Certifier(scene.Module, scene.Perturbation, method)
        {
            Precision = precision,
            BatchSize = batch,
            Intermediate = intermediate,
            Alpha = new() { Iterations = 3 },
            MostSubproblems = 40,
            AttackSeed = scene.Seed,
        };
        IReadOnlyList<CertificateRecord> records;
        using (var file = RecordFile<CertificateRecord>.Create(path))
        {
            records = certifier.Run(scene.Data, file).Records;
        }

        bool safe = precision == Precision.RoundingSafe;
        double guard = Guard.Of(precision);
        var verified = new RecordVerifier(scene.Module, scene.Data) { BoxFile = scene.BoxFile }.VerifyFile(path);
        foreach (var (record, check) in records.Zip(verified))
        {
            Count($"{precision}: verdicts");
            int label = (int)record.Label;
            var known = witnesses[record.Position];
            if (record.LowerBounds.Length > 0)
            {
                Check(scene, name, known, label, [.. record.LowerBounds.Select(bound => (float)(bound - guard))], safe, precision);
            }

            if (Claims(record))
            {
                Count($"{precision}: certificates");
                var (inFloat, inExact) = (known.WrongInFloat(label), known.WrongInExact(label));
                Found(isFault: true, $"{precision}: claims of the wrong word", safe == (record.Verdict == Verdict.Certified) ? null : $"{record.Verdict}", scene, name);
                Found(safe, $"{precision}: certificates that a float32 run breaks", inFloat, scene, $"{name} certifies by {record.DecidedBy}");
                Found(safe, $"{precision}: certificates that exact arithmetic breaks", inExact, scene, $"{name} certifies by {record.DecidedBy}");
            }

            if (!check.Accepted)
            {
                // What plain bounds claim may be false on a knife edge, and the verifier then has to reject it.
                Found(safe, $"{precision}: records that verify rejects", check.Rejection, scene,
                    $"{name}, sample {record.Position}, {record.Verdict} by {record.DecidedBy}", rejections);
            }
        }
    }

    private void Check(Scene scene, string name, Witnesses known, int label, float[] bounds, bool safe, Precision precision)
    {
        for (int rival = 0, k = 0; k < bounds.Length; rival++)
        {
            if (rival == label)
            {
                continue;
            }

            double bound = bounds[k++];
            Count($"{precision}: bounds");
            if (safe)
            {
                Found(safe, $"{precision}: bounds above a float32 run", known.BelowInFloat(label, rival, bound), scene, $"{name}, class {label} over {rival}");
            }

            Found(safe, $"{precision}: bounds above exact arithmetic", known.BelowInExact(label, rival, bound), scene, $"{name}, class {label} over {rival}");
        }
    }

    private void Found(bool isFault, string what, string? witness, Scene scene, string where, List<string>? list = null)
    {
        if (witness is null)
        {
            return;
        }

        Count(what);
        if (isFault)
        {
            (list ?? faults).Add($"{what} | {scene} | {where} | {witness}");
        }
    }

    private void Count(string what) => counts[what] = counts.GetValueOrDefault(what) + 1;
}
