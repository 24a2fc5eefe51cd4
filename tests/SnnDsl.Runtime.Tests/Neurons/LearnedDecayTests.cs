using SnnDsl.Model;
using SnnDsl.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Neurons;

/// <summary>A learned decay: its number, its text, and the module that holds it.</summary>
public class LearnedDecayTests
{
    [Fact]
    public void IsTheLogisticFunction()
    {
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            double a = i < 200 ? i - 100 : (random.NextDouble() - 0.5) * 80;
            double expected = 1 / (1 + Math.Exp(-a)), found = LearnedDecay.Decay(a);
            Assert.True(Math.Abs(found - expected) <= 8e-16 * expected, $"{a}: {found}, not {expected}");
            float single = LearnedDecay.Decay((float)a), nearest = (float)(1 / (1 + Math.Exp(-(double)(float)a)));
            Assert.InRange(single, MathF.BitDecrement(nearest), MathF.BitIncrement(nearest));
        }

        Assert.Equal(0.5f, LearnedDecay.Decay(0f));
        Assert.Equal((0f, 1f), (LearnedDecay.Decay(-1000f), LearnedDecay.Decay(1000f)));
        Assert.True(float.IsNaN(LearnedDecay.Decay(float.NaN)));
    }

    /// <summary>The same bits on every machine: those of sums, products and quotients that IEEE 754 rounds.</summary>
    [Theory]
    [InlineData(1f, 0x3F3B26A8)]
    [InlineData(-1f, 0x3E89B2B1)]
    [InlineData(2.5f, 0x3F6C948F)]
    public void HasTheseBits(float logit, int bits)
    {
        // Correctly rounded: none of these lies near the middle of two numbers.
        Assert.Equal(BitConverter.SingleToInt32Bits((float)(1 / (1 + Math.Exp(-(double)logit)))), bits);
        Assert.Equal(bits, BitConverter.SingleToInt32Bits(LearnedDecay.Decay(logit)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void ItsTextIsReadAgain(bool perNeuron, bool scales)
    {
        var learned = new LearnedDecay(NeuronEquations.Lif(new(0.5f, SurrogateFunction.Erf, 0.25f, FiresAtThreshold: true), 0, null), perNeuron, scales);
        Assert.Equal(learned, LearnedDecay.Read(learned.ToString()));
        Assert.Contains($",A=sigmoid(decay_logit{(perNeuron ? "[i]" : "")}),B={(scales ? "1-A" : "1")},", learned.ToString());
        Assert.Equal(NeuronEquations.Lif(learned.Neuron.Spike, 0.75f, null, scales ? 0.25f : 1), learned.At(0.75f));
        Assert.Null(LearnedDecay.Read(learned.At(0.75f).ToString()));
    }

    /// <summary>One number for many neurons gets the sum of their gradients, and the module's decays are those of the function, bit by bit.</summary>
    [Theory]
    [InlineData(7)]
    [InlineData(1025)]
    [InlineData(200_000)]
    public void GradientsOfOneDecayAreAddedUp(int neurons)
    {
        using var scope = NewDisposeScope();
        var text = new LearnedDecay(NeuronEquations.Lif(new(1, SurrogateFunction.StraightThrough), 0), PerNeuron: false, Scales: false).ToString();
        using var module = new LearnedNeurons("plif1", text, 0.3f, 1);
        Assert.Equal(["decay_logit"], module.state_dict().Keys);
        var current = full([2, 1, neurons], 0.25f);
        module.Layer.Fire(current).ToTensor().sum().backward();
        // No spike: u[1] = d u[0] + I, and the surrogate is 1.
        double d = LearnedDecay.Decay(0.3f);
        Assert.Equal(neurons * 0.25 * d * (1 - d), module.decay_logit.grad!.item<float>(), neurons * 1e-6);

        using var each = new LearnedNeurons("plif1", text.Replace("decay_logit", "decay_logit[i]"), 0, neurons);
        using (no_grad())
        {
            each.decay_logit.copy_(randn(neurons) * 4);
        }

        float[] logits = [.. each.decay_logit.data<float>()];
        Assert.Equal(logits.Select(LearnedDecay.Decay), each.Layer.Factors.Decay!.data<float>());
    }

    /// <summary>In units of a learned threshold neurons do what they do in others: a membrane above exp(b) is a spike.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MembranesAreInUnitsOfALearnedThreshold(bool scales)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(4);
        var learned = new LearnedDecay(NeuronEquations.Lif(new(1, SurrogateFunction.StraightThrough), 0, null), PerNeuron: true, scales, LearnsThreshold: true);
        Assert.Equal(learned, LearnedDecay.Read(learned.ToString()));
        Assert.Throws<FormatException>(() => new LearnedNeurons("n1", learned.ToString(), 0.5f, 500));
        using var module = new LearnedNeurons("n1", learned.ToString(), 0.5f, 0.25f, [500]);
        Assert.Equal(["decay_logit", "threshold_log"], module.state_dict().Keys.Order());
        module.to(ScalarType.Float64);
        using (no_grad())
        {
            module.decay_logit.copy_(randn(500));
            module.threshold_log!.copy_(randn(500) / 2);
        }

        var currents = (rand([6, 3, 500], ScalarType.Float64) * 3) - 0.5;
        var (u, d, threshold) = (zeros(3, 500, dtype: ScalarType.Float64), module.decay_logit.sigmoid(), module.threshold_log!.exp());
        List<Tensor> expected = [];
        for (int t = 0; t < 6; t++)
        {
            u = (d * u) + (scales ? (1 - d) * currents[t] : currents[t]);
            expected.Add((u > threshold).to(ScalarType.Float64));
            u -= threshold * expected[^1];
        }

        Tensor spikes = module.Layer.Fire(currents);
        Assert.Equal(0, (spikes - stack(expected)).abs().max().ToDouble());
        Assert.InRange(spikes.mean().ToDouble(), 0.1, 0.9);
        // u / th of a single step has the derivative -u / th in b; the surrogate is 1.
        module.zero_grad();
        module.Layer.Fire(currents.narrow(0, 0, 1)).ToTensor().sum().backward();
        var first = (scales ? (1 - d) * currents[0] : currents[0]) / threshold;
        Assert.True((module.threshold_log!.grad! + first.sum(0L)).abs().max().ToDouble() < 1e-12);
        Assert.Equal(Math.Exp(-16), LearnedDecay.InverseThreshold(1e9), 1e-20);
        Assert.Equal(Math.Exp(16), LearnedDecay.InverseThreshold(double.NegativeInfinity), 1e-8);
    }
}
