// A stranger's project: the packages alone, a network of its own, the command line in one statement.
using Consumer;
using SnnDsl.CommandLine;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;

string folder = Directory.CreateTempSubdirectory("snndsl-consumer-").FullName;
try
{
    StripeFiles.Write(folder, "train", 256);
    StripeFiles.Write(folder, "t10k", 20);
    string weights = Path.Combine(folder, "stripes.safetensors"), lines = Path.Combine(folder, "certificates.jsonl");
    await Run("models");
    await Run("train", "--data", folder, "--certified", "--epsilon", "0.05", "--epochs", "20", "--batch", "32", "--threads", "1", "--out", weights);
    await Run("certify", "--data", folder, "--weights", weights, "--epsilon", "0.05", "--records", lines);
    await Run("attack", "--data", folder, "--weights", weights, "--epsilon", "0.05");
    var records = RecordLog.Read<CertificateRecord>(lines);
    var summary = CertificationSummary.Of(records, records[0].Setting.Dataset.Count);
    Console.WriteLine($"{summary.CertifiedAccuracy:P0} of {summary.Samples} samples certified");
    return summary.CertifiedAccuracy > 0.5 ? 0 : throw new InvalidOperationException("Training with certification certified next to nothing.");
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static async Task Run(params string[] arguments)
{
    int code = await SpikingCommandLine.Create("stripes")
        .Model(seed => new Stripes(seed))
        .Data(new ImageData("stripes", classes: 2))
        .RunAsync(arguments);
    if (code != ExitCodes.Success)
    {
        throw new InvalidOperationException($"'{string.Join(' ', arguments)}' returned {code}.");
    }
}
