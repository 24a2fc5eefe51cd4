using SnnDsl.Model;
using SnnDsl.Networks;
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
}
