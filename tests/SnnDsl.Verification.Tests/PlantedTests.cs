using SnnDsl.Soundness.Tests;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>The verifier proves nothing of planted samples either: neither of exact arithmetic nor of the float32 network.</summary>
public class PlantedTests
{
    private const int Few = 3;

    public static TheoryData<string> Networks => [.. Subject.Networks.Select(type => type.Name)];

    [Theory, MemberData(nameof(Networks))]
    public void ProvesNoPlantedSample(string network)
    {
        foreach (var platform in new[] { Platform.Double, Platform.Fused })
        {
            Assert.Contains(PlantedSamples.Seeds, seed => Check(network, platform, seed) > 0);
        }
    }

    private static int Check(string network, Platform platform, int seed)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var subject = new Subject(network, platform, seed);
        var verifier = new Checked<Float64>(subject.Module);
        int cases = 0;
        foreach (var perturbation in subject.Perturbations.Where(known => known.Certifies))
        {
            var data = PlantedSamples.Of(subject, perturbation).Dataset(subject, Few);
            for (int i = 0; i < data.Count; i++)
            {
                using var input = data.Inputs(i);
                using var labels = data.LabelsAt(i);
                int label = (int)labels.data<long>()[0];
                bool float32 = platform == Platform.Fused;
                foreach (var options in new PassOptions[] { new() { Float32 = float32 }, new() { Refine = new JointSlopes(trains: true), Trains = true, Float32 = float32 } })
                {
                    var bounds = verifier.Bounds(perturbation, input, 0, options, data.Indices[i]);
                    foreach (var (name, bound) in new (string, Func<int, int, Float64>)[]
                    {
                        ("s-ibp", bounds.ByIntervals),
                        ("s-crown-paper", (own, rival) => bounds.ByLines(own, rival, new PaperSlopes())),
                        ("s-crown by steps", (own, rival) => bounds.ByLines(own, rival, new JointSlopes(trains: false))),
                        ("s-crown", (own, rival) => bounds.ByLines(own, rival, new JointSlopes(trains: true))),
                    })
                    {
                        double least = verifier.Margins(label, bound).Min();
                        Assert.False(least > 0, $"{perturbation}, {name}, float32 {float32}: proves {least} of the planted sample {data.Indices[i]}");
                        cases++;
                    }
                }
            }
        }

        return cases;
    }
}
