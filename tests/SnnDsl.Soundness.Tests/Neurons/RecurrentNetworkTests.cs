using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Perturbations;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Neurons;

/// <summary>A network as it is used for audio events: two layers of adaptive thresholds whose spikes come back, and an integrator, over 100 steps.</summary>
[SpikingNetwork(TimeSteps = 100, Encoding = Encoding.Spikes)]
[Input(700)]
[Linear(128, Name = "fc1")]
[Alif(Name = "n1", Threshold = 1, Decay = 0.9, Adaptation = 0.2, AdaptationDecay = 0.95, Recurrent = true, Surrogate = Surrogate.Arctan)]
[Linear(128, Name = "fc2")]
[Alif(Name = "n2", Threshold = 1, Decay = 0.9, Adaptation = 0.2, AdaptationDecay = 0.95, Recurrent = true, Surrogate = Surrogate.Arctan)]
[Linear(20, Name = "fc3")]
[Li(Decay = 0.95, Mean = true)]
internal sealed partial class Audio;

/// <summary>The recurrent network of 700-128-128-20 neurons over 100 steps.</summary>
public class RecurrentNetworkTests
{
    public RecurrentNetworkTests() => set_num_threads(1);

    [Theory]
    [InlineData(ScalarType.Float64, 1e-9)]
    [InlineData(ScalarType.Float32, 1e-4)]
    public void LogitsAndGradientsAreThoseOfAnEagerLoop(ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        using var network = new Audio(1);
        network.to(type);
        var input = Recordings(2).to(type);
        var weights = rand([2, 20], type);
        var logits = network.forward(input);
        (logits * weights).sum().backward();
        Tensor[] gradients = [.. network.parameters().Select(parameter => parameter.grad!.clone())];
        network.zero_grad();
        var expected = new NeuronLoop(network).Fire(input, network.Steps).Logits;
        (expected * weights).sum().backward();
        Assert.True((logits - expected).abs().max().ToDouble() <= tolerance);
        Assert.All(network.parameters().Zip(gradients), pair =>
            Assert.True((pair.First.grad! - pair.Second).abs().max().ToDouble() <= tolerance * (1 + pair.Second.abs().max().ToDouble())));
        Assert.True(network.get_parameter("n1.recurrent.weight")!.grad!.abs().max().ToDouble() > 1e-3);
    }

    /// <summary>
    /// Trained for a few steps, bounded in every precision, and run on a thousand members of the set of one flip; the set of the recording alone
    /// has its margins as its bounds.
    /// </summary>
    [Fact]
    public void TrainsAndIsBounded()
    {
        using var scope = NewDisposeScope();
        using var network = new Audio(2);
        var inputs = Recordings(8);
        var classes = arange(8, ScalarType.Int64);
        var optimiser = optim.Adam(network.parameters(), 5e-3);
        List<double> losses = [];
        for (int step = 0; step < 8; step++)
        {
            optimiser.zero_grad();
            var loss = nn.functional.cross_entropy(network.forward(inputs), classes);
            loss.backward();
            optimiser.step();
            losses.Add(loss.ToDouble());
        }

        Assert.True(losses[^1] < losses[0] * 0.8, $"{losses[0]} to {losses[^1]}");

        using var guard = no_grad();
        var (input, labels) = (inputs.narrow(1, 0, 1), classes.narrow(0, 0, 1));
        Tensor Margin(Tensor points) => (Margins.Rows(labels, 20, ScalarType.Float32) * network.forward(points).unsqueeze(1)).sum(2L);
        var bounds = new[] { CertificationMethod.SIbp, CertificationMethod.SCrown }.SelectMany(method => Enum.GetValues<Precision>().Select(precision =>
        {
            using var bounder = new MarginBounder(network, method, precision);
            if (precision == Precision.Float64)
            {
                Assert.True((bounder.Bound(new SpikeFlips(0), input, labels) - Margin(input)).abs().max().ToDouble() < 1e-4, $"{method}");
            }

            return (Name: $"{method}, {precision}", Lower: bounder.Bound(new SpikeFlips(1), input, labels));
        })).ToArray();
        Assert.All(bounds, bound => Assert.True(bound.Lower.isfinite().all().ToBoolean(), bound.Name));
        for (int round = 0; round < 4; round++)
        {
            using var inner = NewDisposeScope();
            var points = input.expand([100, 250, 700]).clone();
            var (t, i) = (randint(0, 100, [250], ScalarType.Int64), randint(0, 700, [250], ScalarType.Int64));
            var at = (t * 250 + arange(250, ScalarType.Int64)) * 700 + i;
            points.view(-1).index_put_(1 - points.view(-1)[at], at);
            var least = Margin(points).amin([0L]);
            Assert.All(bounds, bound => Assert.True((least >= bound.Lower[0] - 1e-4).all().ToBoolean(), bound.Name));
        }
    }

    private static Tensor Recordings(int count)
    {
        random.manual_seed(5);
        return (rand([100, count, 700]) < 0.02).to(ScalarType.Float32);
    }
}
