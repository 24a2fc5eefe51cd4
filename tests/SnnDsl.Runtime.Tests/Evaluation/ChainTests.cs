using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Evaluation;
using SnnDsl.Perturbations;
using SnnDsl.Runtime.Tests.Training;
using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Evaluation;

/// <summary>Attacked margin &gt;= lower bound, on every sample, for every method and perturbation.</summary>
[Collection("One thread")]
public class ChainTests
{
    public ChainTests() => set_num_threads(1);

    [Theory]
    [InlineData(Encoding.Direct, true)]
    [InlineData(Encoding.Direct, false)]
    [InlineData(Encoding.Poisson, true)]
    public void HoldsForBoxes(Encoding encoding, bool clamp)
    {
        var data = TinyData.Images(60, noise: 0.5);
        int certified = 0;
        foreach (double epsilon in new[] { 0.01, 0.05, 0.15 })
        {
            using var network = new TinyNetwork(encoding, 5, [1, 6, 6], 16, 3, seed: 7) { EncodingSeed = 3 };
            // A few epochs, so that there are right predictions to hold on to.
            new Trainer(network, data, Recipes.Best(new() { Epsilon = epsilon, Clamp = clamp }, 8) with { BatchSize = 10, LearningRate = 3e-3 }).Run();
            var box = new LInfinity(epsilon, clamp);
            using var attacks = new Attacker(network, new Pgd(box) { Steps = 6, Restarts = 3 }).Run(data);
            foreach (var method in Enum.GetValues<CertificationMethod>())
            {
                bool cheap = method is CertificationMethod.SIbp or CertificationMethod.SCrown or CertificationMethod.SCrownPaper;
                var certificates = new Certifier(network, box, method) { Precision = Precision.Float32, Alpha = new() { Iterations = 4 }, MostSubproblems = 2 }
                    .Run(cheap ? data : data.Take(10));
                Assert.Empty(Chain.Violations(certificates, attacks));
                var broken = attacks.Samples.Where(sample => sample.Broken).Select(sample => sample.Index).ToHashSet();
                Assert.DoesNotContain(certificates.Records, record => record.Verdict.IsByBounds() && broken.Contains(record.Index));
                Assert.Empty(Chain.Violations(certificates.Records));
                certified += certificates.Records.Count(record => record.Verdict.IsByBounds());
            }
        }

        Assert.True(certified > 60, $"Only {certified} certificates were put to the test.");
    }

    [Theory]
    [InlineData(FlipMode.Both)]
    [InlineData(FlipMode.Insert)]
    [InlineData(FlipMode.Delete)]
    public void HoldsForFlips(FlipMode mode)
    {
        using var scope = NewDisposeScope();
        int positive = 0;
        for (int seed = 0; seed < 8; seed++)
        {
            using var network = new TinyNetwork(Encoding.Spikes, 4, [2, 4, 4], 12, 3, seed);
            var inputs = TinyData.Events(4, 30, 4, 0.3, seed);
            var labels = Margins.Predict(network.forward(inputs));
            foreach (int flips in new[] { 1, 3 })
            {
                var perturbation = new SpikeFlips(flips, mode);
                var attacked = new SpikeFlipAttack(perturbation).Run(network, inputs, labels);
                foreach (var method in Enum.GetValues<BoundMethod>())
                {
                    var least = network.BoundMargins(perturbation.Apply(network, inputs), labels, method).amin([1L]);
                    Assert.True((attacked.Margins >= least - 1e-9).all().item<bool>(), $"{method}, {flips} flips, seed {seed}");
                    positive += (int)(least > 0).sum().item<long>();
                }
            }
        }

        Assert.True(positive > 2, $"Only {positive} bounds were above 0.");
    }

    [Fact]
    public void UnlikeReportsAreNotCompared()
    {
        var data = TinyData.Images(5);
        using var network = new TinyNetwork(Encoding.Direct, 3, [1, 6, 6], 8, 3, seed: 7);
        var certificates = new Certifier(network, new LInfinity(0.05), CertificationMethod.SIbp) { Precision = Precision.Float32 }.Run(data);
        using var attacks = new Attacker(network, new Fgsm(new LInfinity(0.1))).Run(data);
        Assert.Throws<ArgumentException>(() => Chain.Violations(certificates, attacks));
    }

    [Fact]
    public void ABrokenCertificateIsReported()
    {
        var data = TinyData.Images(5);
        using var network = new TinyNetwork(Encoding.Direct, 3, [1, 6, 6], 8, 3, seed: 7);
        var box = new LInfinity(0.1);
        var certificates = new Certifier(network, box, CertificationMethod.SIbp) { Precision = Precision.Float32 }.Run(data);
        using var attacks = new Attacker(network, new Fgsm(box)).Run(data);
        var forged = certificates with
        {
            Records = [.. certificates.Records.Select(record => record.Index == 2 ? record with { LowerBounds = [2, 2] } : record)],
        };
        Assert.Equal([2], Chain.Violations(forged, attacks));
        var refuted = certificates.Records[3] with { LowerBounds = [0.5f, -1], Counterexample = new(1, [0, 0.2f], 0.1, null) };
        Assert.Equal([3], Chain.Violations([certificates.Records[0], refuted]));
    }
}
