using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Evaluation;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>No pass and no method, in no precision, certifies a planted sample.</summary>
public class PlantedTests
{
    private const int Searched = 1;

    [Fact]
    public void NoMethodCertifiesAPlantedSample()
    {
        int passes = 0;
        var methods = Enum.GetValues<Precision>().ToDictionary(precision => precision, _ => 0);
        var barren = new List<string>();
        foreach (var type in Subject.Networks)
        {
            int before = passes;
            foreach (int seed in PlantedSamples.Seeds)
            {
                passes += Check(type.Name, seed, methods);
                if (passes > before)
                {
                    break;
                }
            }

            if (passes == before)
            {
                barren.Add(type.Name);
            }
        }

        Assert.Empty(barren);
        Assert.InRange(passes + methods.Values.Sum(), 10_000, int.MaxValue);
        Assert.All(methods, counted => Assert.InRange(counted.Value, 200, int.MaxValue));
    }

    private static int Check(string network, int seed, Dictionary<Precision, int> methods)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        int passes = 0;
        List<(Perturbation Perturbation, PlantedSamples Planted)> exact, deployed;
        using (var subject = new Subject(network, Platform.Double, seed))
        {
            exact = Plant(subject);
            passes += exact.Sum(known => CheckPasses(subject, known.Perturbation, known.Planted, Guard.Double));
        }

        using (var subject = new Subject(network, Platform.Fused, seed))
        {
            deployed = Plant(subject);
            passes += deployed.Sum(known => CheckPasses(subject, known.Perturbation, known.Planted, Guard.Plain));
            foreach (var precision in Enum.GetValues<Precision>())
            {
                // Plain float64 speaks of exact arithmetic on the stored weights, which the float64 network is close to; others of float32.
                foreach (var (perturbation, planted) in precision == Precision.Float64 ? exact : deployed)
                {
                    methods[precision] += CheckMethods(subject, perturbation, planted, precision);
                }
            }
        }

        return passes;
    }

    private static List<(Perturbation Perturbation, PlantedSamples Planted)> Plant(Subject subject) =>
        [.. subject.Perturbations.Where(known => known.Certifies).Select(known => (known, PlantedSamples.Of(subject, known))).Where(pair => pair.Item2.Count > 0)];

    // Every kind of bound, from intervals and from relaxation itself.
    private static int CheckPasses(Subject subject, Perturbation perturbation, PlantedSamples planted, double guard)
    {
        using var scope = NewDisposeScope();
        var set = perturbation.Apply(subject.Module, planted.Inputs, planted.Indices);
        var plain = subject.Module.BoundMembranes(set);
        int cases = 0;
        foreach (var intervals in new[] { plain, new MembraneRefiner(subject.Module).Refine(set) })
        {
            foreach (var method in Enum.GetValues<BoundMethod>())
            {
                var least = subject.Module.BoundMargins(set, planted.Labels, method, intervals).amin([1L]);
                int certified = (int)(least > guard).sum().item<long>();
                Assert.True(
                    certified == 0, $"{subject.Blueprint.Name}, {perturbation}, {method}: certifies {certified} of {planted.Count} planted samples");
                cases += planted.Count;
            }
        }

        return cases;
    }

    // Every method as the certifier runs it, on the first sample.
    private static int CheckMethods(Subject subject, Perturbation perturbation, PlantedSamples planted, Precision precision)
    {
        var data = planted.Dataset(subject, Searched);
        int cases = 0;
        foreach (var method in Enum.GetValues<CertificationMethod>())
        {
            foreach (var intermediate in method is CertificationMethod.SCrown or CertificationMethod.Alpha ? Enum.GetValues<IntermediateBounds>() : [IntermediateBounds.SIbp])
            {
                var certifier = new Certifier(subject.Module, perturbation, method)
                {
                    Intermediate = intermediate,
                    Alpha = new() { Iterations = 2 },
                    MostSubproblems = 16,
                    Precision = precision,
                };
                foreach (var record in certifier.Run(data).Records)
                {
                    Assert.True(
                        !record.Verdict.IsByBounds(),
                        $"{subject.Blueprint.Name}, {perturbation}, {method}, {precision}: certifies the planted sample {record.Index}");
                    cases++;
                }
            }
        }

        return cases;
    }
}
