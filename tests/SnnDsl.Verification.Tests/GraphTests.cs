using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Graphs;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using TorchSharp;
using static SnnDsl.Soundness.Tests.Neurons.NeuronCases;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>Networks whose layers are a graph: the verifier reads it from the architecture, and walks it by itself.</summary>
public class GraphTests
{
    public static TheoryData<string> Networks => [nameof(Summed), nameof(Currents), nameof(Branched), nameof(Pooled), nameof(Delayed)];

    /// <summary>What the runtime bounds in float64 is proved, in float64 and in exact fractions, and lies below every point of the set.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void ProvesWhatTheRuntimeBounds(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (network, input) = GraphCases.Draw(name, ScalarType.Float64, seed: 21);
        using var owned = network;
        // Entries of recordings are 0 and 1; pixels become float32 numbers.
        input = input.to(ScalarType.Float32).to(ScalarType.Float64);
        var labels = tensor(new long[] { 0, 1, 2 });
        var (quick, exact) = (new Checked<Float64>(network), new Checked<Rational>(network));
        foreach (var perturbation in Sets(network))
        {
            var set = perturbation.Apply(network, input, null);
            var rivals = Margins.Rows(labels, network.Description.Classes, ScalarType.Float64);
            Tensor[] points = [.. Enumerable.Range(0, 60).Select(_ => (rivals * new GraphLoop(network).Fire(Point(network, perturbation, input), network.Steps).Logits.unsqueeze(1)).sum(2L))];
            foreach (var method in new[] { BoundMethod.SIbp, BoundMethod.SIbpCounts, BoundMethod.SCrown, BoundMethod.SCrownTrains })
            {
                var recorded = network.BoundMargins(set, labels, method);
                for (int sample = 0; sample < GraphCases.Samples; sample++)
                {
                    Prove(quick, sample, tolerance: 1e-5);
                    if (sample == 0)
                    {
                        Prove(exact, sample, tolerance: 1e-5);
                    }
                }

                void Prove<T>(Checked<T> verifier, int sample, double tolerance)
                    where T : struct, IReal<T>
                {
                    var bounds = verifier.Bounds(perturbation, input, sample, box: RecordedBox.Exact);
                    double[] proved = verifier.Margins(sample, (own, rival) => method is BoundMethod.SIbp or BoundMethod.SIbpCounts
                        ? bounds.ByIntervals(own, rival)
                        : bounds.ByLines(own, rival, new JointSlopes(trains: method == BoundMethod.SCrownTrains)));
                    for (int rival = 0; rival < proved.Length; rival++)
                    {
                        double claimed = recorded[sample, rival].ToDouble();
                        Assert.True(proved[rival] >= claimed - tolerance, $"{perturbation}, {method}: proved {proved[rival]}, recorded {claimed}");
                        Assert.True(method == BoundMethod.SIbp || proved[rival] <= claimed + tolerance, $"{perturbation}, {method}: proved {proved[rival]}, recorded {claimed}");
                        Assert.All(points, point => Assert.True(proved[rival] <= point[sample, rival].ToDouble() + 1e-9));
                    }
                }
            }
        }
    }

    /// <summary>Records of every precision are accepted, and those that claim more are not.</summary>
    [Theory]
    [InlineData(nameof(Summed), CertificationMethod.SIbp, Precision.Float32)]
    [InlineData(nameof(Currents), CertificationMethod.SIbp, Precision.Float64)]
    [InlineData(nameof(Summed), CertificationMethod.SCrown, Precision.Float64)]
    [InlineData(nameof(Branched), CertificationMethod.SCrown, Precision.Float32)]
    [InlineData(nameof(Summed), CertificationMethod.SIbp, Precision.RoundingSafe)]
    [InlineData(nameof(Summed), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(Currents), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(Branched), CertificationMethod.SIbp, Precision.RoundingSafe)]
    [InlineData(nameof(Branched), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(Delayed), CertificationMethod.SIbp, Precision.RoundingSafe)]
    [InlineData(nameof(Delayed), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(Branched), CertificationMethod.Auto, Precision.RoundingSafe)]
    [InlineData(nameof(Delayed), CertificationMethod.Auto, Precision.RoundingSafe)]
    [InlineData(nameof(Delayed), CertificationMethod.Auto, Precision.Float32)]
    public void AcceptsHonestRecordsAndNoOthers(string name, CertificationMethod method, Precision precision)
    {
        using var scope = NewDisposeScope();
        // Labels are what the network says, so that there is something to bound.
        bool isSpikes = name == nameof(Branched);
        var (network, drawn) = GraphCases.DrawDecided(name, few => isSpikes
            ? (rand([few.size(0), 12, .. few.shape[2..]]) < 0.35).to(ScalarType.Float32)
            : rand([12, .. few.shape[1..]]), seed: 22, least: 4);
        using var owned = network;
        var inputs = isSpikes ? drawn.transpose(0, 1) : drawn;
        var labels = network.forward(drawn).argmax(1);
        var data = isSpikes ? Dataset.FromSpikes(inputs, labels, classes: 3) : Dataset.FromTensors(inputs, labels, classes: 3);
        // The cascade attacks, too: what it breaks is a record as well.
        bool attacks = method == CertificationMethod.Auto;
        Perturbation set = isSpikes ? new SpikeFlips(attacks ? 16 : 1) : new LInfinity(attacks ? 0.3 : 0.01);
        var folder = Directory.CreateTempSubdirectory("snndsl-verify-");
        try
        {
            string path = Path.Combine(folder.FullName, "records.jsonl");
            CertificateRecord[] records;
            using (var file = RecordFile<CertificateRecord>.Create(path))
            {
                records = [.. new Certifier(network, set, method) { Precision = precision }.Run(data, file).Records];
            }

            Assert.Contains(records, record => record.LowerBounds.Length > 0);
            Assert.Equal(attacks, records.Any(record => record.Counterexample is not null));
            Assert.All(Verify(records), verified => Assert.True(verified.Accepted, verified.Rejection));

            var bounded = records.Where(record => record.LowerBounds.Length > 0).ToList();
            Assert.All(Verify(bounded.Select(record => record with { LowerBounds = [.. record.LowerBounds.Select(bound => bound + 0.3f)] })), Refused);
            Assert.All(Verify(bounded.Take(3).Select(record => record with
            {
                Setting = record.Setting with { Method = "s-crown-paper" }, ProvedBy = [.. record.ProvedBy.Select(_ => "s-crown-paper")],
            })), Refused);

            IReadOnlyList<VerifiedRecord> Verify(IEnumerable<CertificateRecord> all)
            {
                File.WriteAllLines(path, all.Select(RecordFormat.Encode));
                return new RecordVerifier(network, data).VerifyFile(path);
            }

            void Refused(VerifiedRecord verified) => Assert.False(verified.Accepted);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
