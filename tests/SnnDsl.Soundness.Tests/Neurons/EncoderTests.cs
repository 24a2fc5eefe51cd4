using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Exact;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Neurons;

/// <summary>Neurons directly on the input: they are those behind a map that changes no bit, in every method that this has.</summary>
public class EncoderTests
{
    public EncoderTests() => set_num_threads(1);

    [Fact]
    public void TheirCurrentsAreTheInputItself()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var network = new SpikingPixels(3);
        var pixels = rand([50, 1, 2, 3]);
        Assert.Equal(0, (network.Stages.Spiking[0].Map.Apply(pixels) - pixels).abs().max().ToDouble());
        // u = 0.5 u + x, and 0 after it was above 0.6.
        var (u, spikes) = (zeros_like(pixels), new List<Tensor>());
        for (int t = 0; t < network.Steps; t++)
        {
            u = (u * 0.5f) + pixels;
            spikes.Add((u > 0.6f).to(ScalarType.Float32));
            u *= 1 - spikes[^1];
        }

        Tensor fired = network.Stages.Spiking[0].Neurons.FireConstant(network.Stages.Spiking[0].Map.Apply(pixels), network.Steps);
        Assert.Equal(0, (fired - stack(spikes)).abs().max().ToDouble());
        Assert.InRange(fired.mean().ToDouble(), 0.1, 0.9);
    }

    /// <summary>Losses that look at every step train networks that the compiler made.</summary>
    [Theory]
    [InlineData(nameof(EncodedPixels), NaturalLoss.Temporal)]
    [InlineData(nameof(Integrating), NaturalLoss.Temporal)]
    [InlineData(nameof(Integrating), NaturalLoss.MaxMembrane)]
    public void LossesOverTimeTrain(string name, NaturalLoss loss)
    {
        random.manual_seed(3);
        var data = NeuronCases.Clusters();
        using SpikingModule network = name == nameof(Integrating) ? new Integrating(3) : new EncodedPixels(5);
        var history = new Trainer(network, data, new() { Epochs = 40, BatchSize = 10, LearningRate = 0.02, Loss = loss }).Run();
        Assert.True(history[^1].Loss < 0.7 * history[0].Loss, $"{history[0].Loss}, {history[^1].Loss}");
        Assert.InRange(Accuracy.Of(network, data), 0.7, 1);
    }

    [Theory]
    [InlineData(typeof(SpikingPixels), typeof(SpikingPixelsByHand))]
    [InlineData(typeof(SpikingEvents), typeof(SpikingEventsByHand))]
    public void EveryMethodKnowsThem(Type encoder, Type byHand)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        random.manual_seed(8);
        using var network = (SpikingModule)Activator.CreateInstance(encoder, 3L)!;
        using var reference = (SpikingModule)Activator.CreateInstance(byHand, 3L)!;
        bool pixels = network.Description.Encoding == Encoding.Direct;
        Perturbation set = pixels ? new LInfinity(0.04) : new SpikeFlips(1);
        var (input, labels) = (empty(0), empty(0));
        // Of most drawn networks a flip turns everything: one is taken of which something can be certified.
        for (int draw = 0; draw < 200; draw++)
        {
            foreach (var (name, weight) in reference.named_parameters())
            {
                weight.copy_((rand(weight.shape) - 0.35) * (name.EndsWith(".bias", StringComparison.Ordinal) ? 1.5 : 0.8));
                network.get_parameter(name)!.copy_(weight);
            }

            input = pixels ? rand([4, 1, 2, 3]) : (rand([3, 4, 1, 2, 3]) < 0.4).to(ScalarType.Float32);
            labels = network.forward(input).argmax(1);
            using var quick = new MarginBounder(network, CertificationMethod.SIbp, Precision.Float32);
            if (quick.Bound(set, input, labels).min(1).values.max().ToDouble() > 0)
            {
                break;
            }
        }

        Assert.Equal(0, (network.forward(input) - reference.forward(input)).abs().max().ToDouble());
        if (!pixels)
        {
            var retimed = new SpikeRetiming(1);
            Assert.Equal(0, (Retimed(network) - Retimed(reference)).abs().max().ToDouble());
            Tensor Retimed(SpikingModule of) => new MarginBounder(of, CertificationMethod.SCrown).Bound(retimed, input, labels);
        }

        List<Tensor> bounds = [];
        foreach (var method in new[] { CertificationMethod.SIbp, CertificationMethod.SCrown, CertificationMethod.SCrownPaper, CertificationMethod.Alpha })
        {
            foreach (var precision in Enum.GetValues<Precision>())
            {
                Tensor Bound(SpikingModule of)
                {
                    using var bounder = new MarginBounder(of, method, precision);
                    return bounder.Bound(set, input, labels);
                }

                bounds.Add(Bound(network));
                Assert.Equal(0, (bounds[^1] - Bound(reference)).abs().max().ToDouble());
            }
        }

        for (int point = 0; point < 200; point++)
        {
            var there = pixels ? (input + (rand_like(input) * 2 - 1).sign() * 0.04).clamp(0, 1) : Flip(input);
            var margin = (Margins(network, labels) * network.forward(there).unsqueeze(1)).sum(2L);
            Assert.All(bounds, bound => Assert.True((margin >= bound - 1e-5).all().ToBoolean()));
        }

        Assert.All(bounds, bound => Assert.True(bound.max().ToDouble() > 0));
        // Stage by stage, branch and bound with the rest; and the exact model, below which no bound may lie above.
        var samples = input.transpose(0, 1).contiguous();
        var data = pixels ? Dataset.FromTensors(input, labels, classes: 3) : Dataset.FromSpikes(samples, labels, classes: 3);
        CertificateRecord[] Records(SpikingModule of) => [.. new Certifier(of, set, CertificationMethod.Auto) { Precision = Precision.RoundingSafe }.Run(data).Records];
        var (own, theirs) = (Records(network), Records(reference));
        Assert.Equal(theirs.Select(record => (record.Verdict, record.DecidedBy)), own.Select(record => (record.Verdict, record.DecidedBy)));
        Assert.Equal(theirs.SelectMany(record => record.LowerBounds), own.SelectMany(record => record.LowerBounds));
        for (int i = 0; i < 4; i++)
        {
            int label = (int)labels[i].ToInt64(), rival = label == 0 ? 1 : 0;
            using var margin = new ExactVerifier(network).Minimise(set, pixels ? input.narrow(0, i, 1) : input.narrow(1, i, 1), label, rival);
            Assert.True(margin.IsOptimal);
            Assert.True(own[i].LowerBounds.Length == 0 || own[i].LowerBounds[0] <= margin.Value + 1e-5);
        }
    }

    private static Tensor Margins(SpikingModule network, Tensor labels) => Bounds.Margins.Rows(labels, network.Description.Classes, ScalarType.Float32);

    // One entry of each recording.
    private static Tensor Flip(Tensor input)
    {
        var there = input.clone();
        for (int sample = 0; sample < input.shape[1]; sample++)
        {
            int step = (int)randint(0, input.shape[0], [1]).ToInt64();
            var at = there[step, sample].view(-1)[randint(0, 6, [1]).ToInt64()];
            at.copy_(1 - at);
        }

        return there;
    }
}

/// <summary>A spiking encoder of an image.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 2, 3)]
[Lif(Decay = 0.5, Threshold = 0.6)]
[Flatten]
[Linear(5)]
[Lif]
[Linear(3)]
[Lif]
internal sealed partial class SpikingPixels;

/// <summary>The same, behind a map that one writes.</summary>
[SpikingNetwork(TimeSteps = 3)]
[Input(1, 2, 3)]
[Normalize(0, 1)]
[Lif(Decay = 0.5, Threshold = 0.6)]
[Flatten]
[Linear(5)]
[Lif]
[Linear(3)]
[Lif]
internal sealed partial class SpikingPixelsByHand;

/// <summary>Neurons on recorded spikes, in another shape.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Spikes)]
[Input(1, 2, 3)]
[Flatten]
[Lif(Decay = 0.75, Threshold = 0.6, Reset = Reset.Soft)]
[Linear(5)]
[Lif]
[Linear(3)]
[Lif]
internal sealed partial class SpikingEvents;

/// <summary>The same, behind a pool of single values.</summary>
[SpikingNetwork(TimeSteps = 3, Encoding = Encoding.Spikes)]
[Input(1, 2, 3)]
[AvgPool2d(1)]
[Flatten]
[Lif(Decay = 0.75, Threshold = 0.6, Reset = Reset.Soft)]
[Linear(5)]
[Lif]
[Linear(3)]
[Lif]
internal sealed partial class SpikingEventsByHand;
