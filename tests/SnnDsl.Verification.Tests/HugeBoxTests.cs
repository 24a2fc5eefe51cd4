using SnnDsl.Certification;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>Boxes of 1e30 and more at every stage, in every precision: a sentence, unknown, or true; and verify accepts what is recorded.</summary>
public class HugeBoxTests
{
    public static TheoryData<string, Precision> Cases
    {
        get
        {
            var data = new TheoryData<string, Precision>();
            foreach (string network in new[] { nameof(HardRectangular), nameof(SoftArctan), nameof(ConvStrided), nameof(Pooled), nameof(LastMembrane), nameof(PoissonConv) })
            {
                foreach (var precision in Enum.GetValues<Precision>())
                {
                    data.Add(network, precision);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(Cases))]
    public void NothingFollowsFromThem(string network, Precision precision)
    {
        using var scope = NewDisposeScope();
        int records = 0, refused = 0;
        foreach (double epsilon in new[] { 1e30, 3e38 })
        {
            var box = new LInfinity(epsilon, clamp: false);
            using var bench = new RecordBench(network, box, samples: 4);
            bool direct = bench.Subject.Blueprint.Encoding == Encoding.Direct;
            foreach (var method in Enum.GetValues<CertificationMethod>())
            {
                CertificationReport report;
                Discard(bench.Path);
                try
                {
                    using var file = RecordFile<CertificateRecord>.Create(bench.Path);
                    report = new Certifier(bench.Subject.Module, box, method)
                    {
                        Precision = precision, Alpha = new() { Iterations = 2 }, TimeLimit = TimeSpan.FromSeconds(2), MostSubproblems = 20,
                    }.Run(bench.Data, file);
                }
                catch (NotSupportedException error)
                {
                    // Rounding-safe bounds are for inputs of at most 2^24, and say so.
                    Assert.True(precision == Precision.RoundingSafe && direct, error.Message);
                    Assert.Contains("float32 sums over values beyond 16777216 can overflow", error.Message);
                    refused++;
                    continue;
                }

                foreach (var record in report.Records)
                {
                    records++;
                    bool finite = record.LowerBounds.All(bound => float.IsFinite(bound) && bound > float.MinValue);
                    Assert.True(
                        record.Verdict == Verdict.Falsified || record.Reason is not null || (finite && record.LowerBounds.Length > 0),
                        $"{method}, {epsilon}: {record.Verdict} without a bound or a reason");
                    Assert.True(!record.Verdict.IsByBounds() || Holds(bench, record.Position, record.Label, epsilon), $"{method}, {epsilon}: {record.Verdict}, and an input is wrong");
                }

                Assert.All(bench.VerifyFile(), result => Assert.Null(result.Rejection));
            }
        }

        Assert.True(records > 0 || refused > 0);
    }

    private static void Discard(string records)
    {
        File.Delete(records);
        foreach (string folder in new[] { records + ".counterexamples", records + ".proofs" }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The corners of the box that a sign pattern of the pixels gives, and the sample.
    private static bool Holds(RecordBench bench, int position, long label, double epsilon)
    {
        using var guard = no_grad();
        var own = bench.Inputs.narrow(0, position, 1);
        long index = bench.Data.Indices[position];
        return Enumerable.Range(0, 64).All(seed =>
        {
            using var generator = new Generator((ulong)seed);
            var point = seed == 0 ? own : own + (randint(0, 2, own.shape, generator: generator).to(float32) * 2 - 1) * (float)epsilon;
            return SnnDsl.Bounds.Margins.Predict(bench.Subject.Module.forward(point, new[] { index })).item<long>() == label;
        });
    }
}
