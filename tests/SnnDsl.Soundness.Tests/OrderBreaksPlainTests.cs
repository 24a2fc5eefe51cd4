using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>
/// Networks built to break plain certificates: a neuron of the first layer sits on its threshold to within rounding, and the class hangs
/// on its spike. Plain bounds see one membrane and certify the class; another order of summation flips the spike.
/// </summary>
public class OrderBreaksPlainTests
{
    private const int Networks = 30;

    /// <summary>
    /// Neurons with whole trains, whose break points plain searches blur (in the first network rounding-safe ones too, in the second these go
    /// step by step), and neurons whose current is computed anew at every step.
    /// </summary>
    [Theory, InlineData(nameof(HardRectangular)), InlineData(nameof(ResetAbove)), InlineData(nameof(EventsFc))]
    public void OnlyRoundingSafeBoundsSurviveAnotherOrder(string network)
    {
        int broken32 = 0, broken64 = 0, searches = 0;
        for (int seed = 0; seed < Networks; seed++)
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, Platform.Fused, seed);
            // A recording of all entries, so that sums are long and steps alike.
            bool direct = subject.Blueprint.Encoding == Encoding.Direct;
            var input = subject.On(direct ? subject.Inputs(1) : ones_like(subject.Inputs(1)));
            OnTheThreshold(subject, input);
            var label = subject.Module.forward(input).argmax(1);
            bool flips = AnotherOrderFlips(subject, input, (int)label.item<long>());
            foreach (var method in Enum.GetValues<CertificationMethod>().Where(method => method != CertificationMethod.Auto))
            {
                bool plain = flips && Certifies(subject, method, Precision.Float32, input, label, Evaluation.Guard.Plain);
                broken32 += plain ? 1 : 0;
                searches += plain && method == CertificationMethod.Bab ? 1 : 0;
                broken64 += flips && Certifies(subject, method, Precision.Float64, input, label, Evaluation.Guard.Double) ? 1 : 0;
                Assert.False(flips && Certifies(subject, method, Precision.RoundingSafe, input, label, 0), $"{method} certifies network {seed}.");
            }
        }

        // What makes the test worth its name: plain bounds do fall for it, in either precision.
        Assert.True(broken32 >= 10 && broken64 >= 10, $"Plain certificates were broken {broken32} and {broken64} times.");
        Assert.True(searches >= 3 || network != nameof(EventsFc), $"Plain searches were broken {searches} times.");
    }

    // The first neuron's exact sum is the threshold or one of its neighbours; class 0 fires with it, class 1 without it. Where the last
    // layer's reset lifts the membrane above its threshold, the class that fires first goes on.
    private static void OnTheThreshold(Subject subject, Tensor input)
    {
        var (bias, second, secondBias) = (
            subject.Module.get_parameter("fc1.bias")!, subject.Module.get_parameter("fc2.weight")!, subject.Module.get_parameter("fc2.bias")!);
        double sum = subject.Module.get_parameter("fc1.weight")![0].to(float64).dot(input[0].flatten().to(float64)).item<double>();
        float own = (float)(subject.Blueprint.Stages[0].Neuron.Threshold - sum);
        bias[0].copy_(tensor(own));
        second.zero_();
        second[0, 0].copy_(tensor(1f));
        second[1, 0].copy_(tensor(-1f));
        secondBias.fill_(-1);
        secondBias[0].copy_(tensor(-0.5f));
        secondBias[1].copy_(tensor(0.5f));
    }

    private static bool AnotherOrderFlips(Subject subject, Tensor input, int label)
    {
        var own = subject.Module.named_parameters().ToDictionary(pair => pair.name, pair => Values.Of(pair.parameter));
        return Enum.GetValues<Summation>().SelectMany(order => Enumerable.Range(0, 4).Select(seed => (order, seed))).Any(run =>
        {
            float[] logits = new OrderedNetwork(subject.Blueprint, own.GetValueOrDefault, run.order, run.seed)
                .Run([.. Enumerable.Range(0, (int)input.shape[0]).Select(t => FloatPoints.Of(input[t]))], subject.Steps).Logits;
            return logits.Where((logit, j) => j != label && logit >= logits[label]).Any();
        });
    }

    // The input itself and no other.
    private static Perturbation Nothing(Subject subject) => subject.Blueprint.Encoding == Encoding.Spikes ? new SpikeFlips(0) : new LInfinity(0);

    private static bool Certifies(Subject subject, CertificationMethod method, Precision precision, Tensor input, Tensor label, double guard)
    {
        if (method == CertificationMethod.Bab)
        {
            using var view = new NetworkView(subject.Module, precision);
            using var found = new BranchAndBound(subject.Module, new() { MostSubproblems = 50, Threads = 1, Attacks = false }, view).Run(Nothing(subject), input, (int)label.item<long>());
            Assert.Equal(found.Verdict.IsByBounds(), found.LowerBounds.All(bound => bound > guard));
            return found.Verdict.IsByBounds();
        }

        using var bounder = new MarginBounder(subject.Module, method, precision) { Alpha = new() { Iterations = 2 } };
        return bounder.Bound(Nothing(subject), input, label).gt(tensor((float)guard)).all().item<bool>();
    }
}
