using System.Security.Cryptography;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Serialization;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>A network on a few samples, with honest records of them, and a folder that the records are verified in.</summary>
internal sealed class RecordBench : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("snndsl-verify-");
    private readonly Perturbation perturbation;

    public RecordBench(
        string network, Perturbation perturbation, int samples = 12, int seed = 5, WeightStyle style = WeightStyle.Drawn, Action<SpikingModule>? weights = null)
    {
        this.perturbation = perturbation;
        Subject = new Subject(network, Platform.Fused, seed, style: style);
        weights?.Invoke(Subject.Module);
        Subject.Module.EncodingSeed = 7;
        Inputs = Subject.Inputs(samples).to(float32);
        var indices = Enumerable.Range(0, samples).Select(i => (long)i).ToArray();
        using (no_grad())
        {
            Logits = Subject.Module.forward(Inputs, indices);
        }

        // The network is right on most samples, so that some are certified.
        long[] labels = Margins.Predict(Logits).data<long>().ToArray();
        labels[^1] = (labels[^1] + 1) % Subject.Blueprint.Classes;
        Labels = tensor(labels);
        Data = new Dataset("drawn", "test", "a test", isEmbedded: false, Subject.Blueprint.Classes, new Store(Inputs, Recordings), labels, indices);
    }

    public Subject Subject { get; }

    public Tensor Inputs { get; }

    public Tensor Labels { get; }

    public Tensor Logits { get; }

    public Dataset Data { get; }

    public string Path => System.IO.Path.Combine(folder.FullName, "records.jsonl");

    private bool Recordings => Subject.Blueprint.Encoding == Encoding.Spikes;

    public void Dispose()
    {
        Subject.Dispose();
        folder.Delete(recursive: true);
    }

    /// <summary>Honest records of all samples by one method; those that are open stay unknown.</summary>
    public List<CertificateRecord> Records(CertificationMethod method, IntermediateBounds intermediate = IntermediateBounds.SIbp)
    {
        using var guard = no_grad();
        var set = perturbation.Apply(Subject.Module, Inputs, Data.Indices.ToArray());
        var intervals = intermediate == IntermediateBounds.SCrown
            ? new MembraneRefiner(Subject.Module).Refine(set)
            : Subject.Module.BoundMembranes(set);
        var bounds = Subject.Module.BoundMargins(set, Labels, method switch
        {
            CertificationMethod.SIbp => BoundMethod.SIbpCounts,
            CertificationMethod.SCrown => BoundMethod.SCrownTrains,
            _ => BoundMethod.SCrownPaper,
        }, intervals);
        string name = CertificationMethodNames.Of(method);
        var setting = new CertificationSetting
        {
            Model = Subject.Module.Description.Name,
            ArchitectureSha256 = Subject.Module.Description.ArchitectureHash,
            WeightsSha256 = Weights.Hash(Subject.Module),
            Dataset = ReportedDataset.Of(Data),
            Perturbation = perturbation.Record(perturbation.BoxIn(Precision.Float32, Subject.Blueprint.Encoding)),
            Steps = Subject.Steps,
            Encoding = Subject.Blueprint.Encoding.ToString().ToLowerInvariant(),
            Seed = Subject.Module.EncodingSeed,
            Method = name,
            Intermediate = method == CertificationMethod.SIbp ? null : CertificationMethodNames.Of(intermediate),
            Precision = "float32",
            Guard = Guard.Plain,
        };
        return [.. Enumerable.Range(0, Data.Count).Select(i => Record(i, setting, name, Floats(bounds[i])))];
    }

    /// <summary>Writes records, sealed, and verifies the file.</summary>
    public IReadOnlyList<VerifiedRecord> Verify(IEnumerable<CertificateRecord> records, VerificationArithmetic arithmetic = VerificationArithmetic.Auto)
    {
        File.WriteAllLines(Path, records.Select(RecordFormat.Encode));
        return VerifyFile(arithmetic);
    }

    /// <summary>Verifies the file as it is.</summary>
    public IReadOnlyList<VerifiedRecord> VerifyFile(VerificationArithmetic arithmetic = VerificationArithmetic.Auto, double seconds = 600) =>
        new RecordVerifier(Subject.Module, Data) { Arithmetic = arithmetic, TimeLimit = TimeSpan.FromSeconds(seconds) }.VerifyFile(Path);

    private static float[] Floats(Tensor tensor) => [.. Values.Of(tensor).Select(value => (float)value)];

    private CertificateRecord Record(int position, CertificationSetting setting, string method, float[] bounds)
    {
        float[] logits = Floats(Logits[position]);
        long label = Labels[position].item<long>();
        bool fails = logits.Where((_, rival) => rival != label).Any(logit => !(logits[label] > logit));
        bool certified = !fails && bounds.All(bound => bound > setting.Guard);
        return new()
        {
            Format = CertificateRecord.FormatName,
            Position = position,
            Index = Data.Indices[position],
            InputSha256 = Data.InputHash(position),
            Label = label,
            Prediction = Array.IndexOf(logits, logits.Max()),
            Seconds = 0.1,
            Version = "0.1.0",
            Logits = logits,
            Verdict = fails ? Verdict.Falsified : certified ? Verdict.Bounded : Verdict.Unknown,
            DecidedBy = fails ? "prediction" : certified ? method : null,
            LowerBounds = fails ? [] : bounds,
            ProvedBy = fails ? [] : [.. bounds.Select(_ => method)],
            Stages = [],
            Setting = setting,
        };
    }

    /// <summary>Samples as they were drawn.</summary>
    private sealed class Store(Tensor inputs, bool recordings) : SampleStore
    {
        public override long[] InputShape => recordings ? [inputs.shape[0], .. inputs.shape[2..]] : inputs.shape[1..];

        public override Tensor Inputs(ReadOnlySpan<int> rows) =>
            inputs.index_select(recordings ? 1 : 0, tensor(rows.ToArray().Select(row => (long)row).ToArray())).DetachFromDisposeScope();

        public override string Hash(int row) => Convert.ToHexStringLower(SHA256.HashData(inputs.select(recordings ? 1 : 0, row).contiguous().bytes));
    }
}
