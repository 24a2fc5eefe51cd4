using SnnDsl.Certification;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>
/// What branch and bound certifies, a checker accepts: every kind of network, of weights and of perturbations, in every precision. A proof that is
/// missing, or leaves a checker no room, shows here.
/// </summary>
public class HonestProofTests
{
    private const int Samples = 5;

    // Without biases or memory, or behind two convolutions, the drawn outputs tie.
    private static readonly string[] Tied = [nameof(Memoryless), nameof(ConvConv)];

    public static TheoryData<string, Precision> NetworksByPrecision
    {
        get
        {
            TheoryData<string, Precision> data = [];
            foreach (var type in Subject.Networks)
            {
                foreach (var precision in Enum.GetValues<Precision>())
                {
                    data.Add(type.Name, precision);
                }
            }

            return data;
        }
    }

    [Theory, MemberData(nameof(NetworksByPrecision))]
    public void EveryCertificateIsAccepted(string network, Precision precision)
    {
        int seed = 5, certified = 0;
        List<string> rejected = [];
        foreach (var style in Enum.GetValues<WeightStyle>())
        {
            using var probe = new Subject(network, Platform.Fused, seed);
            foreach (var perturbation in probe.Perturbations.Where(perturbation => perturbation.Certifies))
            {
                using var scope = NewDisposeScope();
                using var bench = new RecordBench(network, perturbation, Samples, seed, style);
                var records = ProofTests.Searched(bench, precision).FindAll(record => record.Verdict.IsByBounds());
                if (records.Count == 0)
                {
                    continue;
                }

                certified += records.Count;
                rejected.AddRange(bench.Verify(records).Where(result => result.Rejection is not null)
                    .Select(result => $"{style}, {perturbation}, sample {result.Position}: {result.Rejection}"));
            }
        }

        Assert.True(rejected.Count == 0, $"Of {certified} certificates {rejected.Count} are rejected: {string.Join("; ", rejected)}");
        Assert.True(certified > 0 || Tied.Contains(network), "Nothing was certified.");
    }
}
