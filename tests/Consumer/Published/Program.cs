// A published program: what finds fields and properties by reflection finds none of them where trimming or Native AOT took them away.
using System.Runtime.CompilerServices;
using Consumer;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using SnnDsl.Training;
using SnnDsl.Verification;
using TorchSharp;
using static TorchSharp.torch;

set_num_threads(1);
string folder = Directory.CreateTempSubdirectory("snndsl-published-").FullName;
try
{
    using var network = new Stripes(seed: 1);
    string[] names = ["conv1.bias", "conv1.weight", "fc1.bias", "fc1.weight"];
    Check(network.state_dict().Keys.Order(StringComparer.Ordinal).SequenceEqual(names), "the state dictionary holds all weights");
    Check(network.parameters().Sum(weight => weight.numel()) == network.Description.Parameters, "as many parameters as the description says");

    StripeFiles.Write(folder, "train", 256);
    StripeFiles.Write(folder, "t10k", 6);
    string before = Weights.Hash(network);
    var train = ImageDataset.Load(folder, "stripes", "train", classes: 2);
    string checkpoint = Path.Combine(folder, "run.checkpoint");
    var options = new TrainingOptions { Epochs = 20, BatchSize = 32, Robust = new() { Epsilon = 0.05 } };
    new Trainer(network, train, options) { CheckpointPath = checkpoint }.Run();
    string after = Weights.Hash(network);
    Check(before != after, "training changes the hash of the weights");
    Check(Weights.Hash(new Stripes(seed: 2)) != Weights.Hash(new Stripes(seed: 3)), "other weights have another hash");

    string weights = Path.Combine(folder, "stripes.safetensors");
    Weights.Save(network, weights);
    Check(new FileInfo(weights).Length > sizeof(float) * network.Description.Parameters, "the file holds all weights");
    using var loaded = new Stripes(seed: 2);
    Weights.Load(loaded, weights);
    Check(Weights.Hash(loaded) == after, "what was saved is loaded");

    var test = ImageDataset.Load(folder, "stripes", "test", classes: 2);
    using (no_grad())
    {
        var input = test.Inputs(0, 1, 2, 3, 4, 5);
        Check(network.forward(input).allclose(loaded.forward(input)), "equal weights give equal logits");
        using var wide = new Stripes(seed: 2);
        Weights.Load(wide, weights);
        wide.to(ScalarType.Float64);
        Check(wide.parameters().All(weight => weight.dtype == ScalarType.Float64), "weights can be converted");
        Check(wide.forward(input.to(ScalarType.Float64)).shape.SequenceEqual([6L, 2L]), "and the network runs");
    }

    string lines = Path.Combine(folder, "certificates.jsonl");
    CertificationReport report;
    using (var file = RecordFile<CertificateRecord>.Create(lines))
    {
        report = new Certifier(loaded, new LInfinity(0.05), CertificationMethod.Auto).Run(test, file);
    }

    report.Save(Path.Combine(folder, "report.json"));
    var records = RecordLog.Read<CertificateRecord>(lines);
    Check(records.Count == 6 && records.Any(record => record.Verdict == Verdict.Certified), "samples are certified, and their records read back");
    Check(records.All(record => record.Version != "unknown"), "records say which version wrote them");
    var verified = new RecordVerifier(loaded, test).VerifyFile(lines);
    Check(verified.All(result => result.Accepted), $"every record is accepted {string.Join(' ', verified.Select(result => result.Rejection))}");
    bool compiles = RuntimeFeature.IsDynamicCodeCompiled;
    Console.WriteLine($"{(compiles ? "Trimmed" : "Native AOT")}: {report.Summary.CertifiedAccuracy:P0} of {records.Count} samples certified, all records accepted");
    return 0;
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static void Check(bool holds, string what)
{
    if (!holds)
    {
        throw new InvalidOperationException($"In this published program it does not hold that {what}.");
    }
}
