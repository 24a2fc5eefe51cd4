using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>Honest records are accepted; whatever is changed in one, its seal made anew, it is rejected with a sentence that names it.</summary>
public class RecordTests
{
    private static readonly CertificationMethod[] Methods = [CertificationMethod.SIbp, CertificationMethod.SCrown, CertificationMethod.SCrownPaper];

    public static TheoryData<string> Networks => [.. Subject.Networks.Select(type => type.Name)];

    [Theory, MemberData(nameof(Networks))]
    public void HonestRecordsAreAccepted(string network)
    {
        using var scope = NewDisposeScope();
        bool recordings = Subject.Networks.Single(type => type.Name == network).Name.StartsWith("Events", StringComparison.Ordinal);
        using var bench = new RecordBench(network, recordings ? new SpikeFlips(1) : new LInfinity(0.02), samples: 6);
        foreach (var method in Methods)
        {
            Accepted(bench, bench.Records(method));
        }

        Accepted(bench, bench.Records(CertificationMethod.SCrown, IntermediateBounds.SCrown));
        Accepted(bench, bench.Records(CertificationMethod.SCrownPaper, IntermediateBounds.SCrown));
    }

    [Fact]
    public void ExactNumbersProveAtLeastAsMuch()
    {
        using var scope = NewDisposeScope();
        using var bench = Bench();
        var records = bench.Records(CertificationMethod.SCrown);
        var exact = bench.Verify(records, VerificationArithmetic.Exact);
        var rounded = bench.VerifyFile(VerificationArithmetic.Float64);
        Assert.All(exact, result => Assert.Null(result.Rejection));
        Assert.Contains(exact, result => result.Verdict == "bounded");
        Assert.Equal(["exact"], exact.Select(result => result.Arithmetic).OfType<string>().Distinct());
        Assert.Equal(["float64"], rounded.Select(result => result.Arithmetic).OfType<string>().Distinct());
        foreach (var (more, less) in exact.Zip(rounded))
        {
            Assert.All(more.Bounds.Zip(less.Bounds), pair => Assert.InRange(pair.First - pair.Second, 0, 1e-9));
        }
    }

    public static TheoryData<string, string> Tampering => new()
    {
        { "model", "model" },
        { "architecture", "architecture's hash" },
        { "weights", "weights' hash" },
        { "steps", "number of steps" },
        { "encoding", "encoding" },
        { "data set", "data set" },
        { "split", "split" },
        { "index", "index" },
        { "position", "index" },
        { "far position", "position 40" },
        { "input", "input's hash" },
        { "label", "label" },
        { "prediction", "prediction" },
        { "logits", "Logit" },
        { "epsilon", "proves no more than" },
        { "bound", "recorded to be at least" },
        { "no bounds", "does not follow" },
        { "verdict", "does not follow" },
        { "guard", "guard" },
        { "method", "does not run" },
        { "unknown method", "does not know" },
        { "decided by", "does not follow" },
        { "norm", "no set of" },
        { "precision", "precision" },
        { "word", "recorded as certified" },
    };

    [Theory, MemberData(nameof(Tampering))]
    public void ChangedRecordsAreRejected(string what, string reason)
    {
        using var scope = NewDisposeScope();
        using var bench = Bench();
        var honest = bench.Records(CertificationMethod.SIbp);
        var certified = honest.First(record => record.Verdict == Verdict.Bounded && record.Position < 10);
        var setting = certified.Setting;
        CertificateRecord In(CertificationSetting changed) => certified with { Setting = changed };
        var forged = what switch
        {
            "model" => In(setting with { Model = "Another" }),
            "architecture" => In(setting with { ArchitectureSha256 = new('0', 64) }),
            "weights" => In(setting with { WeightsSha256 = new('0', 64) }),
            "steps" => In(setting with { Steps = setting.Steps - 1 }),
            "encoding" => In(setting with { Encoding = "poisson" }),
            "data set" => In(setting with { Dataset = setting.Dataset with { Name = "another" } }),
            "split" => In(setting with { Dataset = setting.Dataset with { Split = "train" } }),
            "index" => certified with { Index = certified.Index + 1 },
            "position" => certified with { Position = certified.Position + 1 },
            "far position" => certified with { Position = 40 },
            "input" => certified with { InputSha256 = new('0', 64) },
            "label" => certified with { Label = (certified.Label + 1) % 4 },
            "prediction" => certified with { Prediction = (certified.Prediction + 1) % 4 },
            "logits" => certified with { Logits = [.. certified.Logits.Select((logit, i) => i == certified.Label ? logit + 0.01f : logit)] },
            "epsilon" => In(setting with { Perturbation = setting.Perturbation with { Epsilon = 0.5 } }),
            "bound" => certified with { LowerBounds = [.. certified.LowerBounds.Select((bound, i) => i == 1 ? bound + 0.01f : bound)] },
            "no bounds" => certified with { LowerBounds = [], ProvedBy = [] },
            "verdict" => certified with { Verdict = Verdict.Unknown, DecidedBy = null },
            "guard" => In(setting with { Guard = -1 }),
            "method" => certified with { ProvedBy = [.. certified.ProvedBy.Select(_ => "s-crown")] },
            "unknown method" => In(setting with { Method = "guess" }),
            "decided by" => certified with { DecidedBy = "pgd" },
            "norm" => In(setting with { Perturbation = new() { Norm = "l2", Epsilon = 0.02 } }),
            "precision" => In(setting with { Precision = "bfloat16" }),
            "word" => certified with { Verdict = Verdict.Certified },
            _ => throw new ArgumentException(what),
        };
        var result = Assert.Single(bench.Verify([forged]));
        Assert.False(result.Accepted, "the forged record was accepted");
        Assert.Contains(reason, result.Rejection);
    }

    [Fact]
    public void OpenSamplesCannotBeForgedIntoCertificates()
    {
        using var scope = NewDisposeScope();
        using var bench = Bench();
        foreach (var method in Methods)
        {
            var open = bench.Records(method).Where(record => record.Verdict == Verdict.Unknown).ToList();
            Assert.NotEmpty(open);
            Assert.All(bench.Verify(open.Select(record => record with
            {
                Verdict = Verdict.Bounded,
                DecidedBy = record.ProvedBy[0],
                LowerBounds = [.. record.LowerBounds.Select(bound => Math.Max(bound, 0.00011f))],
            })), result => Assert.Matches("proves no more than|not proved to be above 0|of the sample itself", result.Rejection));
        }
    }

    [Fact]
    public void OtherWeightsRejectEverything()
    {
        using var scope = NewDisposeScope();
        using var bench = Bench();
        var records = bench.Records(CertificationMethod.SIbp);
        using (no_grad())
        {
            bench.Subject.Module.parameters().First()[0, 0].add_(1e-3f);
        }

        Assert.All(bench.Verify(records), result => Assert.Contains("weights' hash", result.Rejection));
        // Whoever forges the hash as well is found out by the bounds.
        string hash = Weights.Hash(bench.Subject.Module);
        using (no_grad())
        {
            bench.Subject.Module.parameters().First().mul_(-1);
        }

        hash = Weights.Hash(bench.Subject.Module);
        Assert.Contains(
            bench.Verify(records.Select(record => record with { Setting = record.Setting with { WeightsSha256 = hash } })), result => !result.Accepted);
    }

    [Fact]
    public void LinesThatWereChangedTornOrDoubledAreRejectedAndTheOthersAreNot()
    {
        using var scope = NewDisposeScope();
        using var bench = Bench();
        var records = bench.Records(CertificationMethod.SIbp);
        string[] lines = [.. records.Select(RecordFormat.Encode)];
        string text = string.Join('\n', [lines[0], lines[1].Replace("\"position\":1", "\"position\":2"), lines[0], "", "{}", lines[3][..50]]);
        File.WriteAllText(bench.Path, text);
        var results = bench.VerifyFile();
        Assert.Equal([true, false, false, false, false, false], results.Select(result => result.Accepted));
        Assert.Contains("changed after it was written", results[1].Rejection);
        Assert.Contains("line 1 already", results[2].Rejection);
    }

    [Theory]
    [InlineData("HardRectangular"), InlineData("EventsFc"), InlineData("PoissonFc")]
    public void CounterexamplesAreReplayed(string network)
    {
        using var scope = NewDisposeScope();
        bool recordings = network == "EventsFc";
        using var bench = new RecordBench(network, recordings ? new SpikeFlips(8) : new LInfinity(0.3), samples: 30);
        // Another sample's input, cut to the set, is a point that some samples are wrong on.
        var (record, point) = Falsified(bench, recordings);
        RecordedFile Store(Tensor input, string name = "0.safetensors")
        {
            string folder = bench.Path + ".counterexamples";
            Directory.CreateDirectory(folder);
            string file = Path.Combine(folder, name);
            SafeTensors.Write(file, [("input", input)]);
            return new(name, SafeTensors.FileHash(file));
        }

        var honest = Told(bench, record, point, recordings);
        CertificateRecord With(RecordedFile? file, RecordedCounterexample? told = null) => record with
        {
            Verdict = Verdict.Falsified, DecidedBy = "pgd", LowerBounds = [], ProvedBy = [], Counterexample = (told ?? honest) with { File = file },
        };
        VerifiedRecord Verified(RecordedFile? file) => Assert.Single(bench.Verify([With(file)]));
        var accepted = Verified(Store(point));
        Assert.Null(accepted.Rejection);
        Assert.NotNull(accepted.Replay);
        // What is said of it is checked too.
        string? Refused(RecordedCounterexample told) => Assert.Single(bench.Verify([With(Store(point), told)])).Rejection;
        Assert.Contains("from the sample", Refused(honest with { Distance = honest.Distance / 2 }));
        Assert.Contains("margin over class", Refused(honest with { Margins = [.. honest.Margins.Select(margin => margin - 0.5f)] }));
        Assert.Contains("one of which is at most 0", Refused(honest with { Margins = [] }));
        // The rival that is furthest from winning.
        int furthest = Array.IndexOf(honest.Margins, honest.Margins.Max());
        Assert.Contains("prediction is recorded", Refused(honest with { Prediction = furthest + (furthest < record.Label ? 0 : 1) }));
        Assert.Contains("prediction is recorded", Refused(honest with { Prediction = -5 }));
        Assert.Contains("has a counterexample", Assert.Single(bench.Verify([record with { Counterexample = honest }])).Rejection);
        Assert.Contains("its hash is another", Verified(Store(point) with { Sha256 = new('0', 64) }).Rejection);
        Assert.Contains("is not in", Verified(new("1.safetensors", new('0', 64))).Rejection);
        Assert.Contains("is not in", Verified(new("../records.jsonl", new('0', 64))).Rejection);
        Assert.Contains("does not lie in the set", Verified(Store(recordings ? 1 - point : point + 0.7)).Rejection);
        Assert.Contains("does not hold an input", Verified(Store(point.flatten())).Rejection);
        honest = honest with { Distance = 0 };
        var own = recordings ? bench.Inputs.narrow(1, record.Position, 1) : bench.Inputs.narrow(0, record.Position, 1);
        Assert.Contains("classified right", Verified(Store(own.clone())).Rejection);
    }

    private static RecordedCounterexample Told(RecordBench bench, CertificateRecord record, Tensor point, bool recordings)
    {
        using var guard = no_grad();
        float[] logits = bench.Subject.Module.forward(point, new[] { record.Index }).data<float>().ToArray();
        var change = point - bench.Inputs.narrow(recordings ? 1 : 0, record.Position, 1);
        float[] margins = [.. Enumerable.Range(0, logits.Length).Where(rival => rival != record.Label).Select(rival => logits[record.Label] - logits[rival])];
        return new(
            Array.IndexOf(logits, logits.Max()), margins, recordings ? change.ne(0).sum().item<long>() : change.abs().max().item<float>());
    }

    private static (CertificateRecord Record, Tensor Point) Falsified(RecordBench bench, bool recordings)
    {
        int time = recordings ? 1 : 0;
        foreach (var record in bench.Records(CertificationMethod.SIbp).Where(record => record.Verdict == Verdict.Unknown))
        {
            var own = bench.Inputs.narrow(time, record.Position, 1);
            for (int other = 0; other < bench.Data.Count; other++)
            {
                var theirs = bench.Inputs.narrow(time, other, 1);
                var point = recordings
                    ? where((own - theirs).abs().flatten().cumsum(0).view_as(own) <= 8, theirs, own)
                    : (own + (theirs - own).clamp(-0.29, 0.29)).clamp(0, 1);
                var logits = bench.Subject.Module.forward(point, new[] { record.Index });
                if (Margins.Predict(logits).item<long>() != record.Label)
                {
                    return (record, point);
                }
            }
        }

        throw new InvalidOperationException("No sample is wrong on another's input.");
    }

    private static RecordBench Bench() => new(nameof(HardRectangular), new LInfinity(0.02));

    private static void Accepted(RecordBench bench, List<CertificateRecord> records)
    {
        var results = bench.Verify(records, VerificationArithmetic.Float64);
        Assert.Equal(records.Count, results.Count);
        Assert.All(results, result => Assert.Null(result.Rejection));
    }
}
