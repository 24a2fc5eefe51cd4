using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;
using SnnDsl.Certification;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Runtime.Tests.Fuzzing;
using SnnDsl.Serialization;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>
/// Damaged records and proofs, sealed and named anew so that the damage gets past their hashes: each is accepted or rejected with a sentence,
/// in bounded memory. A few seconds each, or as many as SNNDSL_FUZZ_SECONDS says; the seeds are honest records and proofs of tiny networks.
/// </summary>
public class RecordFuzzTests
{
    private const long MostMemory = 3L << 30;

    private static readonly string[] Extremes =
    [
        "-1", "0", "2147483647", "-2147483648", "4294967296", "1e39", "1e400", "-1e400", "1e-400", "9223372036854775808", "0.1", "null", "\"\"", "[]", "{}", "true",
        "\"NaN\"", "[[[[[[[[]]]]]]]]",
    ];

    private static double Seconds { get; } =
        double.TryParse(Environment.GetEnvironmentVariable("SNNDSL_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out double seconds) ? seconds : 3;

    [Fact]
    public void DamagedRecordsAreSentences()
    {
        using var scope = NewDisposeScope();
        using var bench = new RecordBench(nameof(HardRectangular), new LInfinity(0.03), samples: 8);
        string[] lines = [.. bench.Records(CertificationMethod.SIbp).Concat(bench.Records(CertificationMethod.SCrown)).Concat(Searched(bench)).Select(RecordFormat.Encode)];
        var mutator = new Mutator([.. lines.Select(System.Text.Encoding.UTF8.GetBytes)], seed: 1);
        Run(mutator, _ =>
        {
            string line = mutator.Random.Next(3) == 0 ? System.Text.Encoding.UTF8.GetString(mutator.Next()) : Changed(lines[mutator.Random.Next(lines.Length)], mutator.Random);
            File.WriteAllText(bench.Path, (mutator.Random.Next(4) == 0 ? line : Sealed(line)) + "\n");
            return bench.VerifyFile(VerificationArithmetic.Auto, seconds: 5).Select(result => result.Rejection);
        });
    }

    [Theory, InlineData(nameof(ResetBelow)), InlineData(nameof(EventsTiny)), InlineData(nameof(PoissonConv))]
    public void DamagedProofsAreSentences(string network)
    {
        using var scope = NewDisposeScope();
        using var bench = new RecordBench(network, network == nameof(EventsTiny) ? new SpikeFlips(1) : new LInfinity(0.05), samples: 16);
        var records = Searched(bench).Where(record => record.Proof is not null).ToList();
        Assert.NotEmpty(records);
        byte[][] proofs = [.. records.Select(record => Unpacked(Proof(bench, record)))];
        var mutator = new Mutator(proofs, seed: 2);
        Run(mutator, _ =>
        {
            int at = mutator.Random.Next(records.Count);
            byte[] bytes = mutator.Random.Next(2) == 0
                ? mutator.Next()
                : System.Text.Encoding.UTF8.GetBytes(Changed(System.Text.Encoding.UTF8.GetString(proofs[at]), mutator.Random));
            string path = Proof(bench, records[at]);
            File.WriteAllBytes(path, mutator.Random.Next(2) == 0 ? bytes : mutator.Random.Next(8) == 0 ? mutator.Damage(Packed(bytes)) : Packed(bytes));
            return bench.Verify([records[at] with { Proof = new(Path.GetFileName(path), SafeTensors.FileHash(path)) }]).Select(result => result.Rejection);
        });
    }

    private static void Run(Mutator mutator, Func<int, IEnumerable<string?>> next)
    {
        var watch = Stopwatch.StartNew();
        int accepted = 0, rejected = 0;
        for (int round = 0; watch.Elapsed.TotalSeconds < Seconds || rejected == 0; round++)
        {
            string?[] found;
            try
            {
                found = [.. next(round)];
            }
            catch (SnnDsl.Data.DataFileException)
            {
                // Nothing is left of the file.
                rejected++;
                continue;
            }

            foreach (string? rejection in found)
            {
                accepted += rejection is null ? 1 : 0;
                rejected += rejection is null ? 0 : 1;
                Assert.True(
                    rejection is null || (rejection.EndsWith('.') && !rejection.Contains('\n') && !rejection.Contains("could not be checked (")),
                    $"Round {round}: '{rejection}' is no sentence.");
            }

            // While the collector runs, the number can be below 0.
            Assert.True(GC.GetTotalMemory(forceFullCollection: false) <= MostMemory);
        }

        Console.WriteLine($"fuzzed: {accepted} accepted, {rejected} rejected in {watch.Elapsed.TotalSeconds:0} s");
        Assert.True(rejected > 0);
    }

    // One to three values of a JSON text removed, doubled, swapped or made extreme.
    private static string Changed(string text, Random random)
    {
        var root = JsonNode.Parse(text)!;
        for (int left = 1 + random.Next(3); left > 0; left--)
        {
            List<(JsonNode Parent, string? Name, int At)> places = [];
            Collect(root, places);
            if (places.Count == 0)
            {
                break;
            }

            var (parent, name, at) = places[random.Next(places.Count)];
            var (other, otherName, otherAt) = places[random.Next(places.Count)];
            var theirs = (otherName is null ? other.AsArray()[otherAt] : other.AsObject()[otherName])?.DeepClone();
            switch (random.Next(4))
            {
                case 0 when name is not null:
                    parent.AsObject().Remove(name);
                    break;
                case 0:
                    parent.AsArray().RemoveAt(at);
                    break;
                case 1 when name is null:
                    parent.AsArray().Insert(at, theirs);
                    break;
                case 1:
                    parent.AsObject()[$"{name}{random.Next(2)}"] = theirs;
                    break;
                case 2 when name is not null:
                    parent.AsObject()[name] = theirs;
                    break;
                case 2:
                    parent.AsArray()[at] = theirs;
                    break;
                default:
                    var extreme = JsonNode.Parse(Extremes[random.Next(Extremes.Length)]);
                    if (name is not null)
                    {
                        parent.AsObject()[name] = extreme;
                    }
                    else
                    {
                        parent.AsArray()[at] = extreme;
                    }

                    break;
            }
        }

        return root.ToJsonString(new() { MaxDepth = 10_000, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    private static void Collect(JsonNode? node, List<(JsonNode, string?, int)> places)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    places.Add((members, name, 0));
                    Collect(value, places);
                }

                break;
            case JsonArray items:
                for (int i = 0; i < items.Count; i++)
                {
                    places.Add((items, null, i));
                    Collect(items[i], places);
                }

                break;
        }
    }

    private static string Sealed(string line)
    {
        int seal = line.LastIndexOf(",\"sha256\":\"", StringComparison.Ordinal);
        string body = seal < 0 ? line.TrimEnd('}') : line[..seal];
        return $"{body},\"sha256\":\"{Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(body)))}\"}}";
    }

    private static string Proof(RecordBench bench, CertificateRecord record) => Path.Combine(bench.Path + ".proofs", $"{record.Index}.json.gz");

    private static List<CertificateRecord> Searched(RecordBench bench) => ProofTests.Searched(bench, Precision.Float32);

    private static byte[] Unpacked(string path)
    {
        using var plain = new MemoryStream();
        using var packed = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        packed.CopyTo(plain);
        return plain.ToArray();
    }

    private static byte[] Packed(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var packed = new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true))
        {
            packed.Write(bytes);
        }

        return stream.ToArray();
    }
}
