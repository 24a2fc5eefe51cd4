using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Proofs;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>
/// What the verifier says of the float32 network holds of every float32 run, in any order of summation, without any tolerance: membranes,
/// counts, trains, and margins by passes and by proofs with random splits and slopes.
/// </summary>
public class FloatRunTests
{
    private const int Points = 3;

    public static TheoryData<string> Networks => [.. Subject.Networks.Select(type => type.Name)];

    [Theory, MemberData(nameof(Networks))]
    public void NoRunLiesBelow(string network)
    {
        foreach (double scale in new[] { 1, 300.0 })
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, Platform.Fused, seed: 81);
            var input = subject.On(subject.Inputs(1));
            if (scale > 1)
            {
                FloatRuns.PutNearTheThreshold(subject, input, scale);
            }

            var verifier = new Checked<Float64>(subject.Module);
            foreach (var perturbation in scale == 1 ? FloatRuns.Sets(subject) : FloatRuns.Tiny(subject))
            {
                Check(subject, verifier, perturbation, input);
            }
        }
    }

    private static void Check(Subject subject, Checked<Float64> verifier, Perturbation perturbation, Tensor input)
    {
        // The verifier's box is the exact one: only its float32 points count.
        var runs = FloatRuns.Of(subject, perturbation, input, perturbation is LInfinity { Epsilon: > 0 } ? 1 : Points).Concat(
            perturbation is LInfinity { Epsilon: > 0 } box ? FloatRuns.Of(subject, new LInfinity(0.9 * box.Epsilon), input, Points) : []).ToList();
        var set = verifier.Set(perturbation, input, 0);
        foreach (bool trains in new[] { false, true })
        {
            var bounds = new IntervalPass<Float64>(verifier.Network, set, new() { Float32 = true, Trains = trains }).Run();
            runs.ForEach(run => AssertWithin(bounds, run));
        }

        var random = new Random(2);
        foreach (var (own, rival) in new[] { (0, 1), (1, 0) })
        {
            double least = runs.Min(run => Margin(subject, run, own, rival));
            foreach (var (what, bound) in Bounds(verifier, set, own, rival, random))
            {
                Assert.True(bound.ToDouble() <= least, $"{subject.Blueprint.Name}, {perturbation}, {what}: proves {bound.ToDouble()}, but a run has {least}");
            }
        }
    }

    private static void AssertWithin(NetworkBounds<Float64> bounds, FloatRuns.Run run)
    {
        for (int layer = 0; layer < bounds.Stages.Count; layer++)
        {
            var stage = bounds.Stages[layer];
            for (int n = 0; n < stage.Stage.Width; n++)
            {
                int count = 0;
                for (int t = 0; t < stage.Membranes.Length; t++)
                {
                    double u = run.Trace.Membranes[layer][t][n];
                    bool fires = u > stage.Stage.Neurons.Threshold;
                    var (membrane, phase) = (stage.Membranes[t][n], stage.Phases[t][n]);
                    Assert.True(
                        u >= membrane.Lower.Value && u <= membrane.Upper.Value && !phase.Contradicts(fires ? Phase.Fires : Phase.Silent),
                        $"{run.Name}: membrane {n} of layer {layer} at step {t} is {u}, outside {membrane}, {phase}.");
                    count += fires ? 1 : 0;
                }

                var (fewest, most) = stage.Count(n);
                Assert.InRange(count, fewest, most);
            }
        }
    }

    private static IEnumerable<(string What, Float64 Bound)> Bounds(
        Checked<Float64> verifier, IInputSet<Float64> set, int own, int rival, Random random)
    {
        foreach (var options in new PassOptions[] { new() { Float32 = true }, new() { Float32 = true, Products = true }, new() { Float32 = true, Trains = true, Refine = new JointSlopes(trains: true) } })
        {
            var bounds = new MarginBounds<Float64>(verifier.Network, set, options);
            yield return ("intervals", bounds.ByIntervals(own, rival));
            yield return ("joint", bounds.ByLines(own, rival, new JointSlopes(trains: false)));
            yield return ("trains", bounds.ByLines(own, rival, new JointSlopes(trains: true)));
        }

        for (int i = 0; i < 3; i++)
        {
            string proof = RandomProof.Of(verifier.Network, random, patterns: false);
            yield return (proof, new TreeProof<Float64>(verifier.Network, set, RandomProof.File(proof, own, rival), float32: true).Margin(own, rival));
        }
    }

    // Firing rates are whole counts divided by T: what counts is which count is the larger.
    private static double Margin(Subject subject, FloatRuns.Run run, int own, int rival)
    {
        var (first, second) = ((double)run.Trace.Logits[own], (double)run.Trace.Logits[rival]);
        return subject.Module.Description.ReadsSpikes
            ? (Math.Round(first * subject.Steps) - Math.Round(second * subject.Steps)) / subject.Steps
            : first - second;
    }
}
