using System.Text.Json;
using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Perturbations;
using SnnDsl.Runtime.Tests.Training;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Evaluation;

[Collection("One thread")]
public class ReportTests
{
    private static readonly Dataset Data = TinyData.Images(30);

    public ReportTests() => set_num_threads(1);

    [Theory]
    [InlineData(CertificationMethod.SIbp)]
    [InlineData(CertificationMethod.SCrownPaper)]
    [InlineData(CertificationMethod.SCrown)]
    [InlineData(CertificationMethod.Alpha)]
    public void CertificatesFollowFromTheirOwnFields(CertificationMethod method)
    {
        using var network = Network();
        var report = new Certifier(network, new LInfinity(0.02), method) { BatchSize = 7 }.Run(Data);
        Assert.Equal(30, report.Samples.Count);
        foreach (var sample in report.Samples)
        {
            Assert.Equal(2, sample.LowerBounds.Length);
            Assert.Equal(sample.Prediction == sample.Label && sample.LowerBounds.All(bound => bound > 1e-4), sample.Certified);
            Assert.Equal(sample.Prediction, Array.IndexOf(sample.Logits, sample.Logits.Max()));
        }

        Assert.Equal(report.Samples.Count(sample => sample.Certified) / 30.0, report.Summary.CertifiedAccuracy);
        Assert.Equal(report.Samples.Count(sample => sample.Prediction == sample.Label) / 30.0, report.Summary.Accuracy);
        Assert.Equal(1 - report.Summary.CertifiedAccuracy, report.Summary.CertifiedError);
        Assert.Equal(Accuracy.Of(network, Data), report.Summary.Accuracy);
    }

    [Fact]
    public void CertificationJsonHasTheDocumentedShapeAndComesBack()
    {
        using var folder = new TemporaryFolder();
        using var network = Network();
        var report = new Certifier(network, new LInfinity(0.05), CertificationMethod.SIbp).Run(Data.Take(3));
        report.Save(folder["certify.json"]);
        using var json = JsonDocument.Parse(File.ReadAllText(folder["certify.json"]));
        var root = json.RootElement;
        Assert.Equal("TinyNetwork", root.GetProperty("model").GetString());
        Assert.Equal("s-ibp", root.GetProperty("method").GetString());
        Assert.Equal("linf", root.GetProperty("norm").GetString());
        Assert.Equal(0.05, root.GetProperty("epsilon").GetDouble());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("flips").ValueKind);
        Assert.Equal(JsonValueKind.Null, root.GetProperty("flipMode").ValueKind);
        Assert.True(root.GetProperty("clamp").GetBoolean());
        Assert.Equal(4, root.GetProperty("steps").GetInt32());
        Assert.Equal(0, root.GetProperty("seed").GetInt64());
        Assert.Equal(1e-4, root.GetProperty("guard").GetDouble());
        Assert.Equal(Weights.Hash(network), root.GetProperty("weightsSha256").GetString());
        Assert.Equal(network.Description.ArchitectureHash, root.GetProperty("architectureSha256").GetString());
        Assert.Equal(3, root.GetProperty("dataset").GetProperty("count").GetInt32());
        Assert.NotEmpty(root.GetProperty("version").GetString()!);
        var sample = root.GetProperty("samples")[1];
        Assert.Equal(
            ["index", "inputSha256", "label", "prediction", "logits", "lowerBounds", "certified"],
            sample.EnumerateObject().Select(property => property.Name));
        Assert.Equal(2, sample.GetProperty("lowerBounds").GetArrayLength());
        Assert.Equal(
            ["accuracy", "certifiedAccuracy", "certifiedError", "seconds"],
            root.GetProperty("summary").EnumerateObject().Select(property => property.Name));

        var back = Report.Load<CertificationReport>(folder["certify.json"]);
        Assert.Equal(report.Samples[2].LowerBounds, back.Samples[2].LowerBounds);
        Assert.Equal(report.Summary, back.Summary);
    }

    [Fact]
    public void AttackJsonAndInputsComeBack()
    {
        using var folder = new TemporaryFolder();
        using var network = Network();
        using var report = new Attacker(network, new Pgd(new(0.1)) { Steps = 3 }) { BatchSize = 2 }.Run(Data.Take(5));
        report.Save(folder["attack.json"]);
        report.SaveInputs(folder["attack.safetensors"]);
        using var json = JsonDocument.Parse(File.ReadAllText(folder["attack.json"]));
        Assert.Equal("pgd", json.RootElement.GetProperty("attack").GetString());
        Assert.Equal(
            ["index", "label", "prediction", "attackedPrediction", "margin", "broken", "distance"],
            json.RootElement.GetProperty("samples")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal(
            ["accuracy", "attackError", "seconds"],
            json.RootElement.GetProperty("summary").EnumerateObject().Select(property => property.Name));
        using var back = Report.Load<AttackReport>(folder["attack.json"]);
        Assert.Equal(report.Samples, back.Samples);
        Assert.Throws<InvalidOperationException>(() => back.SaveInputs(folder["again"]));

        using var file = SafeTensors.Read(folder["attack.safetensors"]);
        using var scope = NewDisposeScope();
        var predictions = Margins.Predict(network.forward(file.Tensors["inputs"]));
        Assert.Equal(report.Samples.Select(sample => sample.AttackedPrediction), predictions.data<long>().ToArray());
    }

    [Fact]
    public void WhatIsNoCertificateIsRefused()
    {
        using var network = Network();
        var error = Assert.Throws<ArgumentException>(() => new Certifier(network, new FreeFraction(0.1, 0), CertificationMethod.SIbp));
        Assert.Contains("no certificates", error.Message, StringComparison.Ordinal);
        Assert.Equal(["s-ibp", "s-crown-paper", "s-crown", "alpha"], CertificationMethodNames.All);
        Assert.StartsWith(
            "There is no method 'crown'; choose one of s-ibp", Assert.Throws<ArgumentException>(() => CertificationMethodNames.Parse("crown")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNoReportIsRefused()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InvalidDataException>(() => Report.Load<AttackReport>(folder.Put("a.json", "{\"model\":1}"u8.ToArray())));
    }

    private static TinyNetwork Network() => new(Encoding.Direct, steps: 4, [1, 6, 6], hidden: 16, classes: 3, seed: 5);
}
