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

    [Fact]
    public void AttackJsonAndInputsComeBack()
    {
        using var folder = new TemporaryFolder();
        using var network = Network();
        using var report = new Attacker(network, new Pgd(new LInfinity(0.1)) { Steps = 3 }) { BatchSize = 2 }.Run(Data.Take(5));
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
        Assert.Equal(["s-ibp", "s-crown-paper", "s-crown", "alpha", "bab", "auto"], CertificationMethodNames.All);
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
