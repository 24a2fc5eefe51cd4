using System.IO.Compression;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Verification.Proofs;
using SnnDsl.Verification.Records;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>Whatever a record or a proof holds, it is a sentence about that record, and the others are checked.</summary>
public class BadRecordTests
{
    public static TheoryData<string, string> Perturbations => new()
    {
        { """{"norm":"linf","epsilon":-0.1,"clamp":true,"box":"float32"}""", "no set of linf" },
        { """{"norm":"linf","epsilon":1e400,"clamp":true,"box":"float32"}""", "beyond" },
        { """{"norm":"linf","epsilon":1e39,"clamp":true,"box":"float32"}""", "no set of linf" },
        { """{"norm":"linf","epsilon":0.02,"clamp":true,"box":"other"}""", "no set of linf" },
        { """{"norm":"linf","epsilon":0.02,"clamp":true}""", "no set of linf" },
        { """{"norm":"linf","epsilon":0.02,"clamp":true,"box":"float32","boxSha256":"0"}""", "no set of linf" },
        { """{"norm":"l0","flips":-1,"flipMode":"both"}""", "no set of l0" },
        { """{"norm":"l0","flips":2147483647,"flipMode":"both"}""", "no set of l0" },
        { """{"norm":"l0","flips":4294967296,"flipMode":"both"}""", "JSON" },
        { """{"norm":"retiming","jitter":-1}""", "no set of retiming" },
        { """{"norm":"retiming","jitter":2147483647,"moves":2147483647}""", "no set of retiming" },
    };

    [Theory, MemberData(nameof(Perturbations))]
    public void APerturbationThatIsNoneIsASentence(string perturbation, string reason)
    {
        using var scope = NewDisposeScope();
        using var bench = new RecordBench(nameof(HardRectangular), new LInfinity(0.02));
        var records = bench.Records(CertificationMethod.SIbp).Where(record => record.Verdict != Verdict.Falsified).Take(2).ToList();
        const string own = """{"norm":"linf","epsilon":0.02,"clamp":true,"box":"float32"}""";
        string line = RecordFormat.Encode(records[0]);
        Assert.Contains(own, line);
        File.WriteAllLines(bench.Path, [Sealed(line.Replace(own, perturbation)), RecordFormat.Encode(records[1])]);
        var results = bench.VerifyFile();
        Sentence(results[0].Rejection, reason.Replace("JSON", "is no CertificateRecord"));
        Assert.Null(results[1].Rejection);
    }

    [Theory]
    [InlineData(nameof(EventsTiny), int.MaxValue, null), InlineData(nameof(EventsTiny), null, int.MaxValue)]
    public void SizesNearTheLargestNumberAreSets(string network, int? flips, int? jitter)
    {
        using var scope = NewDisposeScope();
        using var bench = new RecordBench(network, flips is { } k ? new SpikeFlips(k) : new SpikeRetiming(jitter!.Value, moves: jitter.Value), samples: 3);
        // All flipped, or all moved: nothing follows, but that is found out.
        var records = bench.Records(CertificationMethod.SIbp);
        Assert.All(bench.Verify(records), result => Assert.True(result.Rejection is null || !result.Rejection.Contains("could not be checked"), result.Rejection));
    }

    [Fact]
    public void AnEmptyFileProvesNothing()
    {
        using var scope = NewDisposeScope();
        using var bench = new RecordBench(nameof(HardRectangular), new LInfinity(0.02), samples: 2);
        File.WriteAllText(bench.Path, "");
        Assert.Contains("holds no record", Assert.Throws<DataFileException>(() => bench.VerifyFile()).Message);
    }

    [Fact]
    public void ARecordMayNotTakeLongerThanItsLimit()
    {
        using var scope = NewDisposeScope();
        using var bench = new RecordBench(nameof(HardRectangular), new LInfinity(0.02), samples: 3);
        File.WriteAllLines(bench.Path, bench.Records(CertificationMethod.SCrown).Where(record => record.LowerBounds.Length > 0).Select(RecordFormat.Encode));
        Assert.All(bench.VerifyFile(VerificationArithmetic.Auto, seconds: 1e-6), result => Sentence(result.Rejection, "--time-limit"));
    }

    [Theory]
    [InlineData("", "ends too early|no JSON|tokens")]
    [InlineData("{", "JSON|too early|depth")]
    [InlineData("[]", "stands where")]
    [InlineData("""{"format":"snndsl-proof-1","label":0}""", "no 'margins'")]
    [InlineData("""{"format":"snndsl-proof-1","margins":[]}""", "no 'label'")]
    [InlineData("""{"label":0,"margins":[]}""", "no 'format'")]
    [InlineData("""{"format":"snndsl-proof-2","label":0,"margins":[]}""", "not one of class")]
    [InlineData("""{"format":"snndsl-proof-1","label":1,"margins":[]}""", "not one of class")]
    [InlineData("""{"format":"snndsl-proof-1","label":0,"label":0,"margins":[]}""", "stands there twice")]
    [InlineData("""{"format":"snndsl-proof-1","label":0,"margins":[],"more":1}""", "is no field")]
    [InlineData("""{"format":"snndsl-proof-1","label":0,"margins":[{"bound":0,"layers":[],"tree":{"leaf":"counts"}}]}""", "no 'rival'")]
    [InlineData("""{"format":"snndsl-proof-1","label":0,"margins":[{"rival":1,"bound":1e400,"layers":[],"tree":{"leaf":"counts"}}]}""", "not finite")]
    [InlineData("""{"format":"snndsl-proof-1","label":0,"margins":[{"rival":1,"bound":0,"layers":[],"tree":{"leaf":"lines"}}]}""", "none of empty")]
    [InlineData("""{"format":"snndsl-proof-1","label":0,"margins":[{"rival":1,"bound":0,"layers":[],"tree":{"pixel":[0,1e400],"below":{"leaf":"counts"},"above":{"leaf":"counts"}}}]}""", "not finite")]
    [InlineData("""{"format":"snndsl-proof-1","label":0,"margins":[{"rival":1,"bound":0,"layers":[],"tree":{"spike":[0,0,0],"silent":{"leaf":"counts"}}}]}""", "no 'fires'")]
    [InlineData("""{"format":"snndsl-proof-1","label":0,"margins":[{"rival":1,"bound":0,"layers":[],"tree":{"spike":[0,0,0,0],"silent":{"leaf":"counts"},"fires":{"leaf":"counts"}}}]}""", "stands where")]
    [InlineData("""{"format":"snndsl-proof-1","label":0,"margins":[{"rival":1,"bound":0,"layers":[],"tree":{}}]}""", "neither a leaf nor a split")]
    public void AProofThatIsNoneIsASentence(string text, string reason) => Refused(path => File.WriteAllText(path, text), reason);

    [Fact]
    public void ProofsThatAreDeepOrLargeAreRefusedInBoundedMemory()
    {
        Refused(path => File.WriteAllText(path, Tree(string.Concat(Enumerable.Repeat("""{"train":[0,1],"within":""", 200_000)))), "deeper|MaxDepth|depth");
        string leaf = """{"leaf":"counts"}""", split = $$"""{"train":[0,1],"within":{{leaf}},"beyond":""";
        Refused(path => File.WriteAllText(path, Tree(string.Concat(Enumerable.Repeat(split, 9_000)) + leaf + new string('}', 9_000)) + "}]}"), "deeper|MaxDepth|depth");
        Refused(Bomb, "MiB");

        static string Tree(string node) => $$"""{"format":"snndsl-proof-1","label":0,"margins":[{"rival":1,"bound":0,"layers":[],"tree":{{node}}""";

        static void Bomb(string path)
        {
            using var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest);
            byte[] blanks = new byte[1 << 20];
            Array.Fill(blanks, (byte)' ');
            for (int i = 0; i < (ProofFile.MostBytes >> 20) + 64; i++)
            {
                packed.Write(blanks);
            }
        }
    }

    /// <summary>A box between whose ends float32 and exact arithmetic differ: what holds of one is not accepted of the other.</summary>
    [Fact]
    public void ThePointsOfABoxAreThoseOfTheBoxThatIsStated()
    {
        using var scope = NewDisposeScope();
        using var bench = new RecordBench(nameof(HardRectangular), new LInfinity(0.02), samples: 1);
        float x = 0.3f;
        var (exact, single) = ((Lower: x - 0.1, Upper: x + 0.1), (Lower: x - 0.1f, Upper: x + 0.1f));
        foreach (string box in RecordedBox.All)
        {
            var ends = Inputs.PixelBox<Arithmetic.Rational>.Around([x], 0.1, clamp: true, box);
            double low = box == RecordedBox.Float32 ? single.Lower : box == RecordedBox.Exact ? exact.Lower : Math.Min(exact.Lower, single.Lower);
            Assert.Equal(low, ends.Lower[0].ToDouble(), 1e-16);
            double high = box == RecordedBox.Float32 ? single.Upper : box == RecordedBox.Exact ? exact.Upper : Math.Max(exact.Upper, single.Upper);
            Assert.Equal(high, ends.Upper[0].ToDouble(), 1e-16);
        }

        Assert.NotEqual(exact.Lower, single.Lower);
        Assert.Throws<FormatException>(() => Inputs.PixelBox<Arithmetic.Rational>.Around([1.5f], 0.1, clamp: true, RecordedBox.Exact));
        Assert.Equal(RecordedBox.Enclosing, new LInfinity(0.1).BoxIn(Precision.RoundingSafe, Encoding.Poisson));
        Assert.Equal(RecordedBox.Float32, new LInfinity(0.1).BoxIn(Precision.Float32, Encoding.Direct));
        Assert.Null(new SpikeFlips(1).BoxIn(Precision.Float32, Encoding.Spikes));
    }

    /// <summary>Rounding-safe bounds of samples that stay open are computed again, too.</summary>
    [Theory, InlineData(CertificationMethod.SIbp), InlineData(CertificationMethod.SCrown)]
    public void OpenSamplesBoundsAreCheckedInRoundingSafeToo(CertificationMethod method)
    {
        using var scope = NewDisposeScope();
        using var bench = new RecordBench(nameof(SoftArctan), new LInfinity(0.02));
        List<CertificateRecord> honest = [.. new Certifier(bench.Subject.Module, new LInfinity(0.05), method) { Precision = Precision.RoundingSafe }.Run(bench.Data).Records];
        Assert.All(bench.Verify(honest), result => Assert.Null(result.Rejection));
        var open = honest.First(record => record.Verdict == Verdict.Unknown);
        var logits = open.Logits;
        // Below what the sample itself has, above what the method proves.
        int at = Enumerable.Range(0, open.LowerBounds.Length).First(i => Own(i) > open.LowerBounds[i] + 0.05);
        float Own(int i) => logits[open.Label] - logits[i < open.Label ? i : i + 1];
        var forged = open with { LowerBounds = [.. open.LowerBounds.Select((bound, i) => i == at ? Math.Min(Own(at), Math.Max(bound + 0.04f, Own(at) - 0.001f)) : bound)] };
        if (forged.LowerBounds.All(bound => bound > 0))
        {
            forged = forged with { Verdict = Verdict.Certified, DecidedBy = open.ProvedBy[0] };
        }

        Sentence(Assert.Single(bench.Verify([forged])).Rejection, "proves no more than");
        var plain = Assert.Single(bench.Verify([open with { ProvedBy = [.. open.ProvedBy.Select(_ => "alpha")], Setting = open.Setting with { Method = "alpha" } }]));
        Assert.Null(plain.Rejection);
        Assert.Equal(open.LowerBounds.Length, plain.Unchecked);
    }

    private static string Sealed(string line)
    {
        string body = line[..line.LastIndexOf(",\"sha256\":\"", StringComparison.Ordinal)];
        return $"{body},\"sha256\":\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(body)))}\"}}";
    }

    private static void Refused(Action<string> write, string reason)
    {
        string path = Path.Combine(Path.GetTempPath(), $"snndsl-proof-{Guid.NewGuid():N}");
        try
        {
            write(path);
            long before = GC.GetTotalAllocatedBytes();
            string message = Assert.ThrowsAny<RejectedException>(() => ProofFile.Read(path, 0)).Message;
            Assert.Matches(reason, message);
            Sentence(message, "");
            // Twice the largest text, for the stream that grows.
            Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 4L * ProofFile.MostBytes);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void Sentence(string? rejection, string reason)
    {
        Assert.NotNull(rejection);
        Assert.Contains(reason, rejection);
        Assert.EndsWith(".", rejection);
        Assert.DoesNotContain("could not be checked (", rejection);
    }
}
