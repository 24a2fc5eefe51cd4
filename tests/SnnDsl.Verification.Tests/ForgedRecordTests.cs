using SnnDsl.Certification;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>Records that would pass if numbers were compared up to their size, or a box were taken for the one that a file states.</summary>
public class ForgedRecordTests
{
    /// <summary>Logits that are alike up to a millionth of their size: the sign of a margin is asked of the deployed network.</summary>
    [Fact]
    public void ASmallMarginOfLargeLogitsIsNoFailure()
    {
        using var scope = NewDisposeScope();
        using var bench = new RecordBench(nameof(MeanOfValues), new LInfinity(0.02), samples: 2, weights: Close);
        var (honest, wrong) = (bench.Records(CertificationMethod.SIbp)[0], bench.Records(CertificationMethod.SIbp)[1]);
        Assert.Equal((0, 1), (honest.Label, wrong.Label));
        Assert.InRange(honest.Logits[0] - honest.Logits[1], 1e-3, 1e-2);

        // The other class is a failure indeed, and rounding could decide it: the network's own run does.
        var found = Assert.Single(bench.Verify([wrong]));
        Assert.Equal((null, "deployed network"), (found.Rejection, found.Replay));

        // The logits swapped, each within the tolerance of its size.
        float[] swapped = [honest.Logits[1], honest.Logits[0], .. honest.Logits[2..]];
        var unperturbed = honest with
        {
            Logits = swapped, Prediction = 1, Verdict = Verdict.Falsified, DecidedBy = "prediction", LowerBounds = [], ProvedBy = [],
        };
        Assert.Contains("all its margins are above 0 (deployed network)", Assert.Single(bench.Verify([unperturbed])).Rejection);

        // The sample itself as its counterexample, with a margin that is within the tolerance too.
        string folder = bench.Path + ".counterexamples", file = Path.Combine(folder, "0.safetensors");
        Directory.CreateDirectory(folder);
        SafeTensors.Write(file, [("input", bench.Inputs.narrow(0, 0, 1).clone())]);
        var attacked = honest with
        {
            Verdict = Verdict.Falsified, DecidedBy = "pgd", LowerBounds = [], ProvedBy = [],
            Counterexample = new(1, [swapped[0] - swapped[1], honest.Logits[0] - honest.Logits[2], honest.Logits[0] - honest.Logits[3]], 0)
            {
                File = new("0.safetensors", SafeTensors.FileHash(file)),
            },
        };
        Assert.Contains("classified right by the network: all its margins are above 0 (deployed network)", Assert.Single(bench.Verify([attacked])).Rejection);
    }

    /// <summary>A file that states another box, or none for these samples, concerns the records that name it and no others.</summary>
    [Fact]
    public void AWrongBoxFileIsASentenceOfItsRecordsAlone()
    {
        using var scope = NewDisposeScope();
        using var bench = new RecordBench(nameof(HardRectangular), new LInfinity(0.02), samples: 4);
        string folder = Directory.CreateTempSubdirectory("snndsl-box-").FullName;
        try
        {
            string Box(string name, params (string Name, Tensor Tensor)[] tensors)
            {
                string path = Path.Combine(folder, name + ".safetensors");
                SafeTensors.Write(path, tensors);
                return path;
            }

            string fits = Box("fits", ("epsilon", full([6], 0.02f))), other = Box("other", ("epsilon", full([6], 0.5f)));
            string small = Box("small", ("epsilon", full([5], 0.02f))), away = Box("away", ("lower", full([6], 2f)), ("upper", full([6], 3f)));
            var plain = bench.Records(CertificationMethod.SIbp)[0];
            foreach (var (named, given, reason) in new (string, string?, string?)[]
            {
                (fits, fits, null), (fits, other, "but that of"), (fits, null, "give the file that states it"),
                (small, small, "states 5 numbers, too few"), (away, away, "does not lie in the box"),
            })
            {
                var second = bench.Records(CertificationMethod.SIbp)[1];
                second = second with
                {
                    Setting = second.Setting with { Perturbation = new() { Norm = "box", BoxSha256 = StatedHash(named), Clamp = true, Box = RecordedBox.Float32 } },
                };
                File.WriteAllLines(bench.Path, [RecordFormat.Encode(plain), RecordFormat.Encode(second), RecordFormat.Encode(bench.Records(CertificationMethod.SIbp)[2])]);
                var results = new RecordVerifier(bench.Subject.Module, bench.Data) { BoxFile = given }.VerifyFile(bench.Path);
                Assert.Equal([true, reason is null, true], results.Select(result => result.Accepted));
                if (reason is not null)
                {
                    Assert.Contains(reason, results[1].Rejection);
                    Assert.EndsWith(".", results[1].Rejection);
                    Assert.DoesNotContain("could not be checked (", results[1].Rejection);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string StatedHash(string path) => Inputs.StatedBox.Read(path).Sha256;

    // Logits that are biases alone, the first two alike.
    private static void Close(SpikingModule module)
    {
        using var guard = no_grad();
        module.get_parameter("fc2.weight")!.fill_(0);
        module.get_parameter("fc2.bias")!.copy_(tensor(new[] { 10000.001f, 9999.995f, 0, 0 }));
    }
}
