using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Neurons;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using TorchSharp;
using static SnnDsl.Soundness.Tests.Neurons.NeuronCases;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>Neurons that an architecture states by their equations: the verifier interprets them, and knows no name.</summary>
public class EquationTests
{
    public static TheoryData<string> Networks => [nameof(Mixed), nameof(AdaptiveEvents), nameof(Turning), nameof(Options), nameof(Learning), nameof(Own), nameof(Integrating), nameof(EncodedPixels), nameof(LearningThresholds), nameof(Recurring), nameof(RecurringEvents), nameof(MoreOptions), nameof(Latching), nameof(Summing)];

    /// <summary>What the runtime bounds in float64 is proved, in float64 and in exact fractions, and lies below every point of the set.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void ProvesWhatTheRuntimeBounds(string name)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var (network, input) = Draw(name, ScalarType.Float64, seed: 21);
        using var owned = network;
        // Entries of recordings are 0 and 1; pixels become float32 numbers.
        input = input.to(ScalarType.Float32).to(ScalarType.Float64);
        var labels = tensor(new long[] { 0, 1, 2 });
        var (quick, exact) = (new Checked<Float64>(network), new Checked<Rational>(network));
        foreach (var perturbation in Sets(network))
        {
            var set = perturbation.Apply(network, input, null);
            var rivals = Margins.Rows(labels, network.Description.Classes, ScalarType.Float64);
            Tensor[] points = [.. Enumerable.Range(0, 60).Select(_ => (rivals * new NeuronLoop(network).Fire(Point(network, perturbation, input), network.Steps).Logits.unsqueeze(1)).sum(2L))];
            foreach (var method in new[] { BoundMethod.SIbp, BoundMethod.SIbpCounts, BoundMethod.SCrown, BoundMethod.SCrownTrains })
            {
                var recorded = network.BoundMargins(set, labels, method);
                for (int sample = 0; sample < Samples; sample++)
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
    [InlineData(nameof(Mixed), CertificationMethod.SIbp, Precision.Float32)]
    [InlineData(nameof(Mixed), CertificationMethod.SCrown, Precision.Float64)]
    [InlineData(nameof(AdaptiveEvents), CertificationMethod.SCrown, Precision.Float32)]
    [InlineData(nameof(Mixed), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(AdaptiveEvents), CertificationMethod.SIbp, Precision.RoundingSafe)]
    [InlineData(nameof(Options), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(MoreOptions), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(Learning), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(Learning), CertificationMethod.SIbp, Precision.Float64)]
    [InlineData(nameof(Own), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(Integrating), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(Integrating), CertificationMethod.SIbp, Precision.RoundingSafe)]
    [InlineData(nameof(Integrating), CertificationMethod.SCrown, Precision.Float32)]
    [InlineData(nameof(LearningThresholds), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(LearningThresholds), CertificationMethod.SIbp, Precision.Float64)]
    [InlineData(nameof(EncodedPixels), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(LearningEach), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(LearningEach), CertificationMethod.SCrown, Precision.Float32)]
    [InlineData(nameof(AdaptiveEvents), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(Recurring), CertificationMethod.SIbp, Precision.RoundingSafe)]
    [InlineData(nameof(Recurring), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(RecurringEvents), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(RecurringEvents), CertificationMethod.SCrown, Precision.Float32)]
    [InlineData(nameof(Latching), CertificationMethod.SIbp, Precision.RoundingSafe)]
    [InlineData(nameof(Latching), CertificationMethod.SCrown, Precision.Float32)]
    [InlineData(nameof(Summing), CertificationMethod.SCrown, Precision.RoundingSafe)]
    [InlineData(nameof(Summing), CertificationMethod.SIbp, Precision.Float64)]
    [InlineData(nameof(Summing), CertificationMethod.Auto, Precision.RoundingSafe)]
    [InlineData(nameof(Mixed), CertificationMethod.Auto, Precision.RoundingSafe)]
    [InlineData(nameof(LearningEach), CertificationMethod.Auto, Precision.RoundingSafe)]
    [InlineData(nameof(Mixed), CertificationMethod.Auto, Precision.Float32)]
    [InlineData(nameof(RecurringEvents), CertificationMethod.Auto, Precision.RoundingSafe)]
    public void AcceptsHonestRecordsAndNoOthers(string name, CertificationMethod method, Precision precision)
    {
        using var scope = NewDisposeScope();
        SpikingModule network;
        Tensor inputs, logits;
        int seed = 22;
        do
        {
            // Of some weights no logit is above the others.
            (network, _) = Draw(name, ScalarType.Float32, seed++);
            inputs = network.Description.Encoding == Encoding.Direct ? rand([12, 6]) : (rand([12, 4, 1, 4, 4]) < 0.35).to(ScalarType.Float32);
            logits = network.forward(network.Description.Encoding == Encoding.Direct ? inputs : inputs.transpose(0, 1));
        }
        while (!(logits.topk(2).values is var best && (best.select(1, 0) - best.select(1, 1) > 0.1).sum().ToInt32() >= 4));

        using var owned = network;
        // Labels are what the network says, so that there is something to bound.
        bool pixels = network.Description.Encoding == Encoding.Direct;
        var labels = logits.argmax(1);
        var data = pixels ? Dataset.FromTensors(inputs, labels, classes: 3) : Dataset.FromSpikes(inputs, labels, classes: 3);
        // The cascade attacks, too: what it breaks is a record as well.
        bool attacks = method == CertificationMethod.Auto;
        Perturbation set = pixels ? new LInfinity(attacks ? 0.3 : 0.01) : new SpikeFlips(attacks ? 16 : 1);
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
