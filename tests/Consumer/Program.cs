// A stranger's project: the packages alone, a network of its own, the command line in one statement.
using System.Buffers.Binary;
using Consumer;
using SnnDsl.CommandLine;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;

string folder = Directory.CreateTempSubdirectory("snndsl-consumer-").FullName;
try
{
    WriteStripes(folder, "train", 256);
    WriteStripes(folder, "t10k", 20);
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

// 8x8 images with horizontal or vertical stripes, in the files that MNIST is published in.
static void WriteStripes(string folder, string prefix, int count)
{
    byte[] images = new byte[16 + count * 64], labels = new byte[8 + count];
    Header(images, 0x803, count, 8, 8);
    Header(labels, 0x801, count);
    for (int i = 0; i < count; i++)
    {
        int label = i % 2;
        labels[8 + i] = (byte)label;
        for (int pixel = 0; pixel < 64; pixel++)
        {
            int stripe = (label == 0 ? pixel / 8 : pixel % 8) / 2 % 2;
            images[16 + i * 64 + pixel] = (byte)(stripe * 200 + (i * 5 + pixel * 3) % 50);
        }
    }

    File.WriteAllBytes(Path.Combine(folder, $"{prefix}-images-idx3-ubyte"), images);
    File.WriteAllBytes(Path.Combine(folder, $"{prefix}-labels-idx1-ubyte"), labels);
}

static void Header(byte[] file, params int[] numbers)
{
    for (int i = 0; i < numbers.Length; i++)
    {
        BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 * i), numbers[i]);
    }
}
