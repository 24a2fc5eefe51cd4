using SnnDsl.Certification;
using SnnDsl.Evaluation.Records;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine.Tests;

/// <summary>Records written by certify pass verify, and none of them passes once it claims something else.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly Workbench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task RecordsAreAcceptedUntilTheyAreTamperedWith()
    {
        string weights = bench.In("weights.safetensors"), path = bench.In("certificates.jsonl"), json = bench.In("verified.json");
        (await bench.OnImages("train", "--certified", "--epsilon", "0.05", "--epochs", "40", "--batch", "8", "--out", weights)).Succeeded();
        (await bench.OnImages(
            "certify", "--weights", weights, "--epsilon", "0.28", "--count", "8", "--method", "auto", "--iterations", "4", "--records", path)).Succeeded();
        var records = RecordLog.Read<CertificateRecord>(path);
        int certified = Enumerable.Range(0, records.Count).First(i => records[i].Verdict == Verdict.Certified);
        Assert.Contains(records, record => record.Verdict == Verdict.Falsified);
        Assert.Contains(records, record => record.Proof is not null);
        string[] honest = File.ReadAllLines(path);

        (await Verify("--json", json)).Succeeded();
        Assert.Equal(records.Count, Workbench.Json(json).GetProperty("accepted").GetInt32());
        (await Verify("--epsilon", "0.28")).Succeeded();

        Task Rejected(string line, string why, params string[] more) => RejectedAt(certified, line, why, more);

        async Task RejectedAt(int at, string line, string why, params string[] more)
        {
            File.WriteAllLines(path, [.. honest[..at], line, .. honest[(at + 1)..]]);
            var outcome = await Verify(more);
            Assert.True(outcome.Code == ExitCodes.Rejected, $"exit code {outcome.Code}, not refused for '{why}': {outcome.Error}{outcome.Output}");
            Assert.Equal("", outcome.Error);
            string told = Unwrapped(outcome.Output);
            Assert.Contains($"Rejected: line {at + 1}", told);
            Assert.Contains(why, told);
        }

        var record = records[certified];
        var setting = record.Setting;
        string Sealed(CertificateRecord changed) => RecordFormat.Encode(changed);
        string Set(CertificationSetting changed) => Sealed(record with { Setting = changed });

        // The seal finds what was changed by hand.
        await Rejected(honest[certified].Replace("\"epsilon\":0.28", "\"epsilon\":0.4"), "changed after it was written");
        await Rejected(honest[certified].Replace("\"certified\"", "\"unknown\""), "changed after it was written");
        // Sealed again, the claim itself is found to be another.
        await Rejected(Set(setting with { Perturbation = setting.Perturbation with { Epsilon = 1 } }), "margin");
        await Rejected(Set(setting with { Perturbation = setting.Perturbation with { Epsilon = 0.2 } }), "perturbation", "--epsilon", "0.28");
        await Rejected(Sealed(record with { LowerBounds = [.. record.LowerBounds.Select(bound => bound + 10)] }), "margin");
        await Rejected(Sealed(record with { Index = record.Index + 1 }), "index");
        await Rejected(Sealed(record with { Label = 1 - record.Label }), "label");
        await Rejected(Sealed(record with { InputSha256 = new('0', 64) }), "input's hash");
        await Rejected(Set(setting with { Steps = setting.Steps + 1 }), "number of steps");
        await Rejected(Set(setting with { WeightsSha256 = new('0', 64) }), "weights' hash");
        // An open sample is not certified by saying so.
        int open = Enumerable.Range(0, records.Count).First(i => records[i].Verdict != Verdict.Certified);
        await RejectedAt(open, Sealed(records[open] with
        {
            Verdict = Verdict.Certified, DecidedBy = record.DecidedBy, LowerBounds = record.LowerBounds, ProvedBy = record.ProvedBy, Counterexample = null,
        }), $"sample {records[open].Position}");

        // Other weights are another network.
        File.WriteAllLines(path, honest);
        weights = bench.UntrainedWeights(new TinyImages(3));
        var other = await Verify();
        Assert.Equal(ExitCodes.Rejected, other.Code);
        Assert.Contains("weights' hash", Unwrapped(other.Output));

        Task<Workbench.Outcome> Verify(params string[] more) => bench.OnImages("verify", ["--weights", weights, "--records", path, .. more]);
    }

    /// <summary>A search of thousands of cases, some of which lie within a rounding of the box's ends.</summary>
    [Fact]
    public async Task ALongSearchIsProvedAgain()
    {
        string weights = bench.In("weights.safetensors"), path = bench.In("certificates.jsonl");
        (await bench.OnImages("train", "--certified", "--epsilon", "0.05", "--epochs", "40", "--batch", "8", "--out", weights)).Succeeded();
        (await bench.OnImages(
            "certify", "--weights", weights, "--epsilon", "0.3", "--count", "8", "--method", "auto", "--iterations", "4", "--records", path)).Succeeded();
        Assert.Contains(RecordLog.Read<CertificateRecord>(path), record => record is { Proof: not null, DecidedBy: "bab" });
        (await bench.OnImages("verify", "--weights", weights, "--records", path, "--arithmetic", "float64")).Succeeded();

        // The file by itself is the same; it is given once.
        (await bench.OnImages("verify", path, "--weights", weights, "--arithmetic", "float64")).Succeeded();
        var twice = await bench.OnImages("verify", path, "--weights", weights, "--records", path);
        Assert.Equal(ExitCodes.BadInput, twice.Code);
        Assert.Contains("The records are given twice, as FILE and by --records", Unwrapped(twice.Error));
        Assert.Contains("Give the records that are checked: verify FILE", Unwrapped((await bench.OnImages("verify", "--weights", weights)).Error));
    }

    /// <summary>Records name a box from a file by its hash: the file must be given, and be that one.</summary>
    [Theory, InlineData(true), InlineData(false)]
    public async Task RecordsOfABoxNeedItsFile(bool around)
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        string weights = bench.In("weights.safetensors"), path = bench.In("certificates.jsonl");
        string box = bench.In("box.safetensors"), other = bench.In("other.safetensors");
        var epsilon = TorchSharp.torch.linspace(0.02, 0.5, 40 * 16).reshape(40, 1, 4, 4).to(TorchSharp.torch.float32);
        // Ends that leave little room on one side, or an epsilon for each sample and pixel.
        SafeTensors.Write(box, around ? [("epsilon", epsilon)] : [("lower", TorchSharp.torch.zeros(1, 4, 4)), ("upper", TorchSharp.torch.ones(1, 4, 4))]);
        SafeTensors.Write(other, [("epsilon", TorchSharp.torch.full([1, 4, 4], 0.01f))]);
        (await bench.OnImages("train", "--certified", "--epsilon", "0.05", "--epochs", "20", "--batch", "8", "--out", weights)).Succeeded();
        (await bench.OnImages(
            "certify", "--weights", weights, "--epsilon-file", box, "--count", "12", "--method", "auto", "--iterations", "4", "--time-limit", "1", "--records", path)).Succeeded();
        var records = RecordLog.Read<CertificateRecord>(path);
        Assert.Contains(records, record => record.Verdict == (around ? Verdict.Certified : Verdict.Falsified) && record.DecidedBy != "prediction");

        Task<Workbench.Outcome> Verify(params string[] more) => bench.OnImages("verify", ["--weights", weights, "--records", path, .. more]);
        (await Verify("--epsilon-file", box)).Succeeded();
        foreach (var (more, why) in new (string[], string)[] { ([], "give the file that states it"), (["--epsilon-file", other], "perturbation is recorded") })
        {
            var refused = await Verify(more);
            Assert.Equal(ExitCodes.Rejected, refused.Code);
            Assert.Contains(why, Unwrapped(refused.Output));
        }

        // Sealed again as one of the smaller box, a counterexample lies outside of it; as one of a larger box, a certificate does not follow.
        var claim = records.First(record => record.Counterexample?.File is not null || (around && record.Verdict == Verdict.Certified));
        string wide = bench.In("wide.safetensors");
        SafeTensors.Write(wide, [("epsilon", TorchSharp.torch.ones(1, 4, 4))]);
        string changed = claim.Verdict == Verdict.Certified ? wide : other;
        string hash = Perturbations.PixelBox.Load(changed).Sha256;
        File.WriteAllLines(path, [RecordFormat.Encode(claim with
        {
            Setting = claim.Setting with { Perturbation = claim.Setting.Perturbation with { BoxSha256 = hash } },
        })]);
        var rejected = await Verify("--epsilon-file", changed);
        Assert.True(rejected.Code == ExitCodes.Rejected, rejected.Output);
        Assert.Contains(claim.Verdict == Verdict.Certified ? "margin" : "does not lie in the set", Unwrapped(rejected.Output));
    }

    /// <summary>
    /// A Poisson spike that is there at the lower end of the box in real numbers, and not at the one that float32 arithmetic gives: what is
    /// certified speaks of both, so that only the honest record passes.
    /// </summary>
    [Fact]
    public async Task APoissonCertificateSpeaksOfTheFloat32EndsToo()
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        string weights = bench.In("poisson.safetensors"), path = bench.In("poisson.jsonl");
        var (index, pixel, epsilon) = BesideNoise();
        using (var network = new TinyPoisson(1))
        {
            using (TorchSharp.torch.no_grad())
            {
                // One pixel's spikes pass through one hidden neuron to the logit of the sample's class; the other class stays at 0.
                foreach (var parameter in network.parameters())
                {
                    parameter.fill_(0);
                }

                network.get_parameter("fc1.weight")![0, pixel] = 1;
                network.get_parameter("fc2.weight")![index % 2, 0] = 1;
            }

            Weights.Save(network, weights);
        }

        (await bench.Run(
            "certify", "--model", nameof(TinyPoisson), "--data", bench.ImageFolder, "--weights", weights, "--epsilon", epsilon.ToString("R", System.Globalization.CultureInfo.InvariantCulture),
            "--method", "s-ibp", "--records", path)).Succeeded();
        var honest = RecordLog.Read<CertificateRecord>(path).Single(record => record.Index == index);
        Assert.NotEqual(Verdict.Certified, honest.Verdict);
        Assert.Equal("enclosing", honest.Setting.Perturbation.Box);
        foreach (var (box, isTrue) in new[] { ("enclosing", false), ("float32", false), ("exact", true) })
        {
            File.WriteAllLines(path, [RecordFormat.Encode(honest with
            {
                Verdict = Verdict.Certified, DecidedBy = "s-ibp", LowerBounds = [0.33f], ProvedBy = ["s-ibp"], Counterexample = null, Reason = null,
                Setting = honest.Setting with { Perturbation = honest.Setting.Perturbation with { Box = box } },
            })]);
            var outcome = await bench.Run("verify", "--model", nameof(TinyPoisson), "--data", bench.ImageFolder, "--weights", weights, "--records", path);
            Assert.Equal(isTrue ? ExitCodes.Success : ExitCodes.Rejected, outcome.Code);
            Assert.Contains(isTrue ? $"box {box}; rounding-safe" : "margin over class", Unwrapped(outcome.Output));
        }
    }

    // A sample, a bright pixel of it, and an epsilon that leaves it a hair above the least of its noise, which float32 rounds away.
    private static (int Index, int Pixel, double Epsilon) BesideNoise()
    {
        using var network = new TinyPoisson(1);
        for (int index = 0; index < Workbench.Images; index++)
        {
            for (int pixel = 0; pixel < 16; pixel++)
            {
                float x = (float)(pixel % 4 / 2 == index % 2 ? 200 + (index * 7 + pixel * 3) % 40 : 0) / 255;
                float[] noise = [.. network.Noise(TorchSharp.torch.zeros(1, 1, 4, 4), new[] { (long)index }).reshape(3, 16).select(1, pixel).data<float>()];
                double least = noise.Min(), epsilon = x - least - Math.ScaleB(1, -30);
                if (least >= 0.5 && epsilon > 0 && x - epsilon > least && x - (float)epsilon <= (float)least)
                {
                    return (index, pixel, epsilon);
                }
            }
        }

        throw new InvalidOperationException("No pixel lies above all its noise.");
    }

    [Fact]
    public async Task WhatRoundingSafeBoundsDoNotHoldForIsBadInput()
    {
        string weights = bench.In("huge.safetensors");
        using (var network = new TinyImages(3))
        {
            using (TorchSharp.torch.no_grad())
            {
                network.get_parameter("fc1.weight")!.fill_(1e8f);
            }

            Weights.Save(network, weights);
        }

        (await bench.OnImages("certify", "--weights", weights, "--epsilon", "0.1", "--method", "s-ibp", "--precision", "rounding-safe")).Refused("fc1.weight", "float32");
    }

    // The console breaks long lines.
    private static string Unwrapped(string output) => string.Join(' ', output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
