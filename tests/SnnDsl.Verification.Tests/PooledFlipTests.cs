using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>
/// Flips behind a pool: the pool's outputs may each gain k spikes, but not all at once. What float32 can lose of a form was paid by boxes that let them, more than
/// certify pays, and honest certificates were rejected; small images do not show it.
/// </summary>
public sealed class PooledFlipTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("snndsl-pooled-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData(CertificationMethod.SIbp, 1)]
    [InlineData(CertificationMethod.SCrown, 2)]
    [InlineData(CertificationMethod.Auto, 6)]
    public void RecordsAreAccepted(CertificationMethod method, int flips)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        using var network = new PooledRecordings(seed: 3);
        using var random = new Generator(4, device: CPU);
        var frames = rand([8, 3, 1, 32, 32], generator: random).lt(0.04);
        long[] labels;
        using (no_grad())
        {
            labels = [.. SnnDsl.Bounds.Margins.Predict(network.forward(frames.to(float32).transpose(0, 1))).data<long>()];
        }

        var data = Dataset.FromSpikes(frames, tensor(labels), classes: 3, name: "drawn", split: "test");
        string path = Path.Combine(folder.FullName, "records.jsonl");
        var certifier = new Certifier(network, new SpikeFlips(flips), method) { TimeLimit = method == CertificationMethod.SIbp ? null : TimeSpan.FromSeconds(1) };
        using (var file = RecordFile<CertificateRecord>.Create(path))
        {
            certifier.Run(data, file);
        }

        var results = new RecordVerifier(network, data).VerifyFile(path);
        Assert.Equal(8, results.Count);
        Assert.All(results, result => Assert.Null(result.Rejection));
        Assert.Contains(results, result => result.Verdict == "certified");
    }
}

[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Spikes)]
[Input(1, 32, 32)]
[AvgPool2d(2)]
[Flatten]
[Linear(48, Name = "fc1")]
[Lif]
[Linear(3, Name = "fc2")]
[MembraneReadout(Decay = 1)]
internal sealed partial class PooledRecordings;
