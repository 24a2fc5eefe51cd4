using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Proofs;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>No point of the set has a margin below what the verifier proves, whatever a proof hints at; points are run by the eager
/// reference in float64.</summary>
public class SamplingTests
{
    private const int Samples = 3;

    public static TheoryData<string> Networks => [.. Subject.Networks.Select(type => type.Name)];

    [Theory, MemberData(nameof(Networks))]
    public void NoPointLiesBelow(string network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        // Float32 weights, those of normalised layers folded in float32: they are what is proved about. The reference runs on them in float64.
        using var subject = new Subject(network, Platform.Plain, seed: 11);
        var inputs = subject.Inputs(Samples).to(float32).to(float64);
        var verifier = new Checked<Float64>(subject.Module);
        var random = new Random(1);
        foreach (var perturbation in subject.Perturbations.Where(known => known.Certifies))
        {
            PerturbedPoints points;
            using (enable_grad())
            {
                points = new(subject, perturbation, inputs, drawn: 20, attacked: 10);
            }

            for (int sample = 0; sample < Samples; sample++)
            {
                var logits = points.Logits[.., sample];
                var (own, rival) = (random.Next(subject.Blueprint.Classes), 0);
                rival = own == 0 ? 1 : 0;
                double least = Values.Of(logits.select(1, own) - logits.select(1, rival)).Min();
                foreach (var (what, bound) in Bounds(verifier, perturbation, inputs, sample, own, rival, random))
                {
                    Assert.True(bound.ToDouble() <= least + 1e-12, $"{perturbation}, {what}: proves {bound.ToDouble()}, but a point has {least}");
                }
            }
        }
    }

    private static IEnumerable<(string What, Float64 Bound)> Bounds(
        Checked<Float64> verifier, Perturbation perturbation, Tensor inputs, int sample, int own, int rival, Random random)
    {
        var set = verifier.Set(perturbation, inputs, sample);
        PassOptions[] options =
        [
            new(), new() { Products = true }, new() { Trains = true }, new() { Float32 = true }, new() { Trains = true, Float32 = true },
            new() { Trains = true, Refine = new JointSlopes(trains: true) }, new() { Float32 = true, Refine = new JointSlopes(trains: false) },
        ];
        foreach (var option in options)
        {
            var bounds = new MarginBounds<Float64>(verifier.Network, set, option);
            yield return ($"intervals, {option}", bounds.ByIntervals(own, rival));
            yield return ($"paper, {option}", bounds.ByLines(own, rival, new PaperSlopes()));
            yield return ($"joint, {option}", bounds.ByLines(own, rival, new JointSlopes(trains: false)));
            yield return ($"trains, {option}", bounds.ByLines(own, rival, new JointSlopes(trains: true)));
        }

        for (int i = 0; i < 3; i++)
        {
            bool float32 = i == 2;
            string proof = RandomProof.Of(verifier.Network, random, patterns: !float32);
            yield return (proof, new TreeProof<Float64>(verifier.Network, set, RandomProof.File(proof, own, rival), float32).Margin(own, rival));
        }
    }
}
