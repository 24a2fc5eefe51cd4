using SnnDsl.Certification;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Training;
using SnnDsl.Verification;

namespace SpikingApp.Tests;

public class CertificateTests
{
    [Fact]
    public void WhatIsCertifiedCanBeVerified()
    {
#if (events)
        using var network = new Clicks(seed: 1);
        var (train, test) = (ClickData.Load("train", network.Steps), ClickData.Load("test", network.Steps));
        new Trainer(network, train, new() { Epochs = 60, BatchSize = 20, Robust = new() { Flips = 1 } }).Run();
        var certifier = new Certifier(network, new SpikeFlips(1), CertificationMethod.SIbp);
#else
        using var network = new Shapes(seed: 1);
        var (train, test) = (ShapeData.Load("train"), ShapeData.Load("test"));
        new Trainer(network, train, new() { Epochs = 20, BatchSize = 20, Robust = new() { Epsilon = 0.05 } }).Run();
        var certifier = new Certifier(network, new LInfinity(0.05), CertificationMethod.SIbp);
#endif
        string records = Path.Combine(Directory.CreateTempSubdirectory("certificates-").FullName, "certificates.jsonl");
        CertificationReport report;
        using (var file = RecordFile<CertificateRecord>.Create(records))
        {
            report = certifier.Run(test, file);
        }

        Assert.True(report.Summary.Accuracy > 0.8, $"accuracy {report.Summary.Accuracy:P0}");
        Assert.All(new RecordVerifier(network, test).VerifyFile(records), result => Assert.True(result.Accepted, result.Rejection));
    }
}
