using SnnDsl.Bounds;
using SnnDsl.Evaluation;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Outputs are multiples of 1/T: ties are common, and a tie is not certified.</summary>
public class TieTests
{
    [Fact]
    public void PredictionIsTheLowestIndexAmongTheMaxima()
    {
        using var scope = NewDisposeScope();
        double[,] logits = { { 0.1, 0.3, 0.3 }, { 0, 0, 0 }, { 0.2, 0.1, 0.2 }, { -1, -2, -0.5 } };
        Assert.Equal([1.0, 0, 0, 2], Values.Of(Margins.Predict(tensor(logits))));
        Assert.Equal([1.0, 0, 0, 2], Values.Of(Margins.Predict(tensor(logits).to(float32))));
    }

    /// <summary>
    /// Two classes with the same weights: their logits are the same at every point, and no bound of their margin is above 0. Counts of
    /// spikes keep to that exactly; sums of floating-point numbers round, which is what the guard is for.
    /// </summary>
    [Theory, MemberData(nameof(Cases.Networks), MemberType = typeof(Cases))]
    public void TwinClassesAreNeverCertified(string network)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var platform in new[] { Platform.Double, Platform.Fused })
        {
            using var subject = new Subject(network, platform, seed: 6);
            string last = subject.Blueprint.Operations.Last(operation => operation is LinearOperation).Name;
            string[] owners = subject.Blueprint.Norms.TryGetValue(last, out var norm) ? [last, norm.Name] : [last];
            // Where classes are voted on, each is a group of rows.
            long rows = subject.Module.get_parameter(last + ".weight")!.shape[0] / subject.Blueprint.Classes;
            foreach (var (_, values) in subject.Module.state_dict().Where(entry => owners.Contains(entry.Key.Split('.')[0]) && entry.Value.dim() > 0))
            {
                values.narrow(0, rows, rows).copy_(values.narrow(0, 0, rows));
            }

            var inputs = subject.Inputs(8);
            var labels = zeros(8, int64);
            var none = subject.Blueprint.Encoding == Encoding.Spikes ? (Perturbation)new SpikeFlips(0) : new LInfinity(0);
            foreach (var perturbation in subject.Perturbations.Prepend(none))
            {
                foreach (var method in Enum.GetValues<BoundMethod>())
                {
                    var bounds = subject.Module.BoundMargins(subject.Perturbed(perturbation, inputs), labels, method);
                    double most = method == BoundMethod.SIbp && subject.Module.Description.ReadsSpikes ? 0 : Guard.Plain;
                    Assert.All(Values.Of(bounds[.., 0]), bound => Assert.True(bound <= most, $"{method} certifies a tie: {bound}."));
                }
            }

            // The prediction is the first of the twins, if it is one of them.
            Assert.DoesNotContain(1.0, Values.Of(Margins.Predict(subject.Module.forward(subject.On(inputs)))));
        }
    }

    /// <summary>A network that never fires: all margins are 0, exactly, by every method, and so is none certified.</summary>
    [Fact]
    public void SilenceIsATie()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var platform in new[] { Platform.Double, Platform.Plain, Platform.Fused })
        {
            using var subject = new Subject(nameof(HardRectangular), platform, seed: 6);
            foreach (var (_, weight, _) in subject.Parameters)
            {
                weight.zero_();
            }

            var perturbed = subject.Perturbed(new LInfinity(0.1), subject.Inputs(4));
            foreach (var method in Enum.GetValues<BoundMethod>())
            {
                Assert.All(Values.Of(subject.Module.BoundMargins(perturbed, zeros(4, int64), method)), bound => Assert.Equal(0, bound));
            }
        }
    }
}
