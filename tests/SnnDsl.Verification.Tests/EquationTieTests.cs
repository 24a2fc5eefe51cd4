using SnnDsl.Bounds;
using SnnDsl.Evaluation.Records;
using SnnDsl.Soundness.Tests.Neurons;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Tests;

/// <summary>
/// Neurons with several states choose between two bounds of what a spike takes from them. Where both lines are chords they meet exactly at the point at
/// which they are compared: run and checker must take the same one nevertheless, or an honest record is rejected.
/// </summary>
public class EquationTieTests
{
    [Theory]
    [InlineData(nameof(Mixed))]
    [InlineData(nameof(Pooled))]
    public void RunAndCheckerTakeTheSameLine(string name)
    {
        using var guard = no_grad();
        for (int seed = 1; seed < 40; seed++)
        {
            using var scope = NewDisposeScope();
            var (network, input) = NeuronCases.Draw(name, ScalarType.Float64, seed);
            using var owned = network;
            input = input.to(ScalarType.Float32).to(ScalarType.Float64);
            var verifier = new Checked<Float64>(network);
            foreach (var perturbation in NeuronCases.Sets(network))
            {
                var recorded = network.BoundMargins(perturbation.Apply(network, input, null), tensor(new long[] { 0, 1, 2 }), BoundMethod.SCrown);
                for (int sample = 0; sample < 3; sample++)
                {
                    var bounds = verifier.Bounds(perturbation, input, sample, box: RecordedBox.Exact);
                    double[] proved = verifier.Margins(sample, (own, rival) => bounds.ByLines(own, rival, new JointSlopes(trains: false)));
                    for (int rival = 0; rival < proved.Length; rival++)
                    {
                        double claimed = recorded[sample, rival].ToDouble();
                        Assert.True(Math.Abs(proved[rival] - claimed) <= 1e-5, $"{name}, seed {seed}, {perturbation}, sample {sample}: proved {proved[rival]}, recorded {claimed}");
                    }
                }
            }
        }
    }
}
