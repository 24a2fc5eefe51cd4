using SnnDsl.Certification;
using SnnDsl.Certification.Proofs;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>A run's records convince the verifier, whatever the time: the slopes that alpha found are its proof.</summary>
public class OwnProofTests
{
    [Theory]
    [InlineData(nameof(HardRectangular)), InlineData(nameof(SoftArctan)), InlineData(nameof(ResetBelow)), InlineData(nameof(ConvStrided))]
    [InlineData(nameof(LastMembrane)), InlineData(nameof(DeepTriangular)), InlineData(nameof(PoissonConv)), InlineData(nameof(EventsConv))]
    [InlineData(nameof(Normalised)), InlineData(nameof(SpikePooled)), InlineData(nameof(EventsSpikePooled))]
    public void WhatAlphaCertifiesItProves(string network)
    {
        int climbed = 0;
        foreach (var precision in new[] { Precision.Float32, Precision.Float64, Precision.RoundingSafe })
        {
            foreach (double seconds in new[] { 0.05, 60 })
            {
                using var scope = NewDisposeScope();
                climbed += Verified(network, CertificationMethod.Alpha, precision, seconds, IntermediateBounds.SIbp).Count(record => record.Proof is not null);
            }
        }

        // Something is left to climb for in some of them.
        Assert.True(climbed > 0 || network != nameof(ConvStrided), "Nothing needed slopes.");
    }

    [Theory, InlineData(nameof(SoftArctan)), InlineData(nameof(ResetBelow)), InlineData(nameof(ConvStrided)), InlineData(nameof(NormalisedTail)), InlineData(nameof(SpikePooled))]
    public void WhatTheCascadeCertifiesItProves(string network)
    {
        foreach (var precision in new[] { Precision.Float32, Precision.RoundingSafe })
        {
            foreach (double seconds in new[] { 0.02, 0.5 })
            {
                using var scope = NewDisposeScope();
                Verified(network, CertificationMethod.Auto, precision, seconds, IntermediateBounds.SIbp);
                Verified(network, CertificationMethod.Bab, precision, seconds, IntermediateBounds.SIbp);
            }
        }
    }

    [Theory, InlineData(nameof(SoftArctan)), InlineData(nameof(ResetBelow)), InlineData(nameof(HardRectangular))]
    public void SoAreBoundsOverRefinedMembranes(string network)
    {
        foreach (var precision in new[] { Precision.Float64, Precision.RoundingSafe })
        {
            using var scope = NewDisposeScope();
            Verified(network, CertificationMethod.SCrown, precision, 60, IntermediateBounds.SCrown);
            Verified(network, CertificationMethod.Alpha, precision, 60, IntermediateBounds.SCrown);
        }
    }

    // The records of a run, all of them accepted.
    private static IReadOnlyList<CertificateRecord> Verified(
        string network, CertificationMethod method, Precision precision, double seconds, IntermediateBounds intermediate)
    {
        using var bench = new RecordBench(
            network, network.StartsWith("Events", StringComparison.Ordinal) ? new SpikeFlips(1) : new LInfinity(0.03), samples: 8);
        var certifier = new Certifier(bench.Subject.Module, network.StartsWith("Events", StringComparison.Ordinal) ? new SpikeFlips(1) : new LInfinity(0.03), method)
        {
            Precision = precision,
            Intermediate = intermediate,
            TimeLimit = TimeSpan.FromSeconds(seconds),
            Alpha = new() { Iterations = 10 },
            MostSubproblems = 20,
        };
        IReadOnlyList<CertificateRecord> records;
        using (var file = RecordFile<CertificateRecord>.Create(bench.Path))
        {
            records = certifier.Run(bench.Data, file).Records;
        }

        Assert.All(bench.VerifyFile(), result => Assert.True(
            result.Rejection is null, $"{network}, {method}, {precision}, {seconds} s: {result.Rejection}"));
        foreach (var record in records.Where(record => record.Proof is not null))
        {
            Assert.True(record.Verdict.IsByBounds());
            var proof = ProofFile.Load(RecordFolders.Proof(bench.Path, record.Index));
            // An entry for each margin that needs one, and for no other.
            Assert.Equal(
                record.ProvedBy.Select((method, rival) => (method, Class: rival < record.Label ? rival : rival + 1))
                    .Where(margin => margin.method is "alpha" or "bab").Select(margin => margin.Class),
                proof.Margins.Select(margin => margin.Rival));
        }

        Assert.All(records, record => Assert.True(
            record.Proof is not null || !record.Verdict.IsByBounds() || record.ProvedBy.All(name => name is "s-ibp" or "s-crown"), "A proof is missing."));
        return records;
    }
}
