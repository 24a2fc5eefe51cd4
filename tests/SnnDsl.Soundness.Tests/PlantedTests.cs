using System.Security.Cryptography;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>
/// Samples in whose set a point is known that the network gets wrong or ties on, although it is right on the sample itself: no method may
/// certify one of them. Points are corners, insides and single flips, and each is run by the deployed network.
/// </summary>
public class PlantedTests
{
    private const int Drawn = 160;
    private const int Points = 24;
    private const int Kept = 40;
    private const int Searched = 3;

    [Fact]
    public void NoMethodCertifiesAPlantedSample()
    {
        int passes = 0, methods = 0;
        var barren = new List<string>();
        foreach (var type in Subject.Networks)
        {
            int before = passes;
            foreach (var platform in new[] { Platform.Fused, Platform.Double })
            {
                using var scope = NewDisposeScope();
                using var guard = no_grad();
                using var subject = new Subject(type.Name, platform, seed: 17);
                foreach (var perturbation in subject.Perturbations.Where(known => known.Certifies))
                {
                    var (inputs, labels, indices) = Plant(subject, perturbation);
                    if (indices.Length > 0)
                    {
                        passes += CheckPasses(subject, perturbation, inputs, labels, indices);
                        methods += platform == Platform.Fused ? CheckMethods(subject, perturbation, inputs, labels, indices) : 0;
                    }
                }
            }

            if (passes == before)
            {
                barren.Add(type.Name);
            }
        }

        // Some drawn networks answer the same everywhere; most do not.
        Assert.True(barren.Count <= 6, $"Nothing could be planted in {string.Join(", ", barren)}.");
        Assert.InRange(passes + methods, 10_000, int.MaxValue);
        Assert.InRange(methods, 300, int.MaxValue);
    }

    // Every kind of bound, from intervals and from relaxation itself.
    private static int CheckPasses(Subject subject, Perturbation perturbation, Tensor inputs, Tensor labels, long[] indices)
    {
        using var scope = NewDisposeScope();
        var set = perturbation.Apply(subject.Module, inputs, indices);
        var plain = subject.Module.BoundMembranes(set);
        int cases = 0;
        foreach (var intervals in new[] { plain, new MembraneRefiner(subject.Module).Refine(set) })
        {
            foreach (var method in Enum.GetValues<BoundMethod>())
            {
                var least = subject.Module.BoundMargins(set, labels, method, intervals).amin([1L]);
                int certified = (int)(least > Guard.Plain).sum().item<long>();
                Assert.True(certified == 0, $"{subject.Blueprint.Name}, {perturbation}, {method}: certifies {certified} of {indices.Length} planted samples");
                cases += indices.Length;
            }
        }

        return cases;
    }

    // Every method as the certifier runs it, on the first few.
    private static int CheckMethods(Subject subject, Perturbation perturbation, Tensor inputs, Tensor labels, long[] indices)
    {
        int count = Math.Min(Searched, indices.Length), time = TimeDimension(subject);
        var data = new Dataset(
            "planted", "test", "a test", isEmbedded: false, subject.Blueprint.Classes, new Store(inputs.narrow(time, 0, count), time == 1),
            labels.narrow(0, 0, count).data<long>().ToArray(), indices[..count]);
        int cases = 0;
        foreach (var method in Enum.GetValues<CertificationMethod>())
        {
            foreach (var intermediate in method is CertificationMethod.SCrown or CertificationMethod.Alpha ? Enum.GetValues<IntermediateBounds>() : [IntermediateBounds.SIbp])
            {
                var certifier = new Certifier(subject.Module, perturbation, method)
                {
                    Intermediate = intermediate,
                    Alpha = new() { Iterations = 4 },
                    MostSubproblems = 16,
                };
                foreach (var record in certifier.Run(data).Records)
                {
                    Assert.True(
                        record.Verdict != Verdict.Certified,
                        $"{subject.Blueprint.Name}, {perturbation}, {method}: certifies the planted sample {record.Index}");
                    cases++;
                }
            }
        }

        return cases;
    }

    // Samples on which the network is right, and wrong or tied at some point of the set; where margins get closest to 0 first.
    private static (Tensor Inputs, Tensor Labels, long[] Indices) Plant(Subject subject, Perturbation perturbation)
    {
        int time = TimeDimension(subject);
        var inputs = subject.Inputs(Drawn).to(float32).to(subject.Platform.Type);
        long[] indices = [.. Enumerable.Range(0, Drawn).Select(i => (long)i)];
        var own = subject.Module.forward(inputs, indices);
        var labels = Margins.Predict(own);
        var right = Margins.FromLogits(own, labels).amin([1L]) > 0;
        var worst = full([Drawn], float.NegativeInfinity, own.dtype);
        for (int i = 0; i < Points; i++)
        {
            var margins = Margins.FromLogits(subject.Module.forward(Draw(subject, perturbation, inputs, i), indices), labels).amin([1L]);
            // Of the violations the least: ties, and regions that are small.
            worst = where(margins.le(0), maximum(worst, margins), worst);
        }

        var planted = right.logical_and(worst.isfinite());
        var order = where(planted, worst, full_like(worst, float.NegativeInfinity)).argsort(0, descending: true);
        var chosen = order.narrow(0, 0, Math.Min(Kept, planted.sum().item<long>()));
        return (inputs.index_select(time, chosen).contiguous(), labels.index_select(0, chosen), chosen.data<long>().ToArray());
    }

    private static Tensor Draw(Subject subject, Perturbation perturbation, Tensor inputs, int turn)
    {
        var random = subject.Uniform(inputs.shape);
        if (perturbation is LInfinity box)
        {
            var (lower, upper) = box.Box(inputs);
            var share = (turn % 3) switch { 0 => random.round(), 1 => random, _ => (random * 3 - 1).clamp(0, 1) };
            return maximum(minimum(lower + (upper - lower) * share.to(inputs.dtype), upper), lower);
        }

        // The entries with the highest scores of those that may be flipped, sample by sample.
        var flips = (SpikeFlips)perturbation;
        var may = flips.Mode switch { FlipMode.Insert => inputs.eq(0), FlipMode.Delete => inputs.gt(0), _ => ones_like(inputs, @bool) };
        var scores = where(may, random, full_like(random, -1)).transpose(0, 1).flatten(1);
        var best = scores.topk(flips.Count, 1).indexes;
        var mask = zeros_like(scores).scatter(1, best, ones_like(best, scores.dtype)).mul((scores >= 0).to(scores.dtype));
        var flipped = mask.view([inputs.shape[1], inputs.shape[0], .. inputs.shape[2..]]).transpose(0, 1).to(inputs.dtype);
        return (inputs - flipped).abs();
    }

    private static int TimeDimension(Subject subject) => subject.Blueprint.Encoding == Encoding.Spikes ? 1 : 0;

    private sealed class Store(Tensor inputs, bool recordings) : SampleStore
    {
        public override long[] InputShape => recordings ? [inputs.shape[0], .. inputs.shape[2..]] : inputs.shape[1..];

        public override Tensor Inputs(ReadOnlySpan<int> rows) =>
            inputs.index_select(recordings ? 1 : 0, tensor(rows.ToArray().Select(row => (long)row).ToArray())).DetachFromDisposeScope();

        public override string Hash(int row) => Convert.ToHexStringLower(SHA256.HashData(inputs.select(recordings ? 1 : 0, row).contiguous().bytes));
    }
}
