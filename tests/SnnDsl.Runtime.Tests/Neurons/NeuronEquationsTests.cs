using SnnDsl.Model;

namespace SnnDsl.Runtime.Tests.Neurons;

/// <summary>Neurons as data: their text, their equality, and what is known of which.</summary>
public class NeuronEquationsTests
{
    [Fact]
    public void TheTextGivesTheSameNeuronAgain()
    {
        var random = new Random(1);
        for (int i = 0; i < 300; i++)
        {
            var neuron = i % 2 == 0 ? RandomNeuron.Any(random) : RandomNeuron.Named(random);
            var again = NeuronEquations.Parse(neuron.ToString());
            Assert.Equal(neuron, again);
            Assert.Equal(neuron.GetHashCode(), again.GetHashCode());
            Assert.Equal(neuron.ToString(), again.ToString());
            Assert.DoesNotContain(';', neuron.ToString());
            Assert.DoesNotContain("->", neuron.ToString());
        }
    }

    [Fact]
    public void TheTextOfASynapticNeuronStays() => Assert.Equal(
        "Neuron(states=i u,A=0.5 0|0.5 0.25,B=1 1,c=0 0,w=0 1,threshold=0.25,fires=above,P0=1 0|0 1,q0=0 0,P1=1 0|0 0,q1=0 0,"
        + "surrogate=Arctan,width=2,reset=differentiated)",
        NeuronEquations.Synaptic(new(0.25f, SurrogateFunction.Arctan, 2), 0.5f, 0.25f).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("Lif(threshold=1)")]
    [InlineData("Neuron(states=u,A=0.5)")]
    [InlineData("Neuron(states=u,A=0.5 1,B=1,c=0,w=1,threshold=1,fires=above,P0=1,q0=0,P1=0,q1=0,surrogate=Arctan,width=1,reset=detached)")]
    [InlineData("Neuron(states=u,A=x,B=1,c=0,w=1,threshold=1,fires=above,P0=1,q0=0,P1=0,q1=0,surrogate=Arctan,width=1,reset=detached)")]
    [InlineData("Neuron(states=u,A=NaN,B=1,c=0,w=1,threshold=1,fires=above,P0=1,q0=0,P1=0,q1=0,surrogate=Arctan,width=1,reset=detached)")]
    [InlineData("Neuron(states=u,A=1,B=1,c=0,w=0,threshold=1,fires=above,P0=1,q0=0,P1=0,q1=0,surrogate=Arctan,width=1,reset=detached)")]
    [InlineData("Neuron(states=u,A=1,B=1,c=0,w=1,threshold=1,fires=below,P0=1,q0=0,P1=0,q1=0,surrogate=Arctan,width=1,reset=detached)")]
    [InlineData("Neuron(states=u,A=1,B=1,c=0,w=1,threshold=1,fires=above,P0=1,q0=0,P1=0,q1=0,surrogate=9,width=1,reset=detached)")]
    [InlineData("Neuron(states=u,A=1,B=1,c=0,w=1,threshold=1,fires=above,P0=1,q0=0,P1=0,q1=0,surrogate=Arctan,width=0,reset=detached)")]
    [InlineData("Neuron(states=u u,A=1 0|0 1,B=1 0,c=0 0,w=1 0,threshold=1,fires=above,P0=1 0|0 1,q0=0 0,P1=0 0|0 0,q1=0 0,surrogate=Arctan,width=1,reset=detached)")]
    public void AnotherTextIsRefused(string text) => Assert.Throws<FormatException>(() => NeuronEquations.Parse(text));

    [Fact]
    public void LifConstantsAreReadBack()
    {
        var random = new Random(2);
        for (int i = 0; i < 200; i++)
        {
            var neuron = RandomNeuron.Lif(random);
            var pattern = neuron.Equations.Lif();
            Assert.Equal(new LifPattern(neuron.Threshold, neuron.Decay, neuron.Reset == Reset.Hard ? neuron.ResetValue : null), pattern);
            Assert.Equal(neuron is { Reset: Reset.Hard, ResetValue: 0 }, neuron.Equations.HasPeriods);
            Assert.Equal(neuron.Reset == Reset.Soft || neuron.ResetValue <= neuron.Threshold, neuron.Equations.CountsGrowWithCurrents);
            Assert.Equal(neuron.Reset == Reset.Hard, neuron.Equations.SpikesForget);
        }
    }

    /// <summary>What theorems about LIF assume is claimed of no other neuron.</summary>
    [Fact]
    public void NothingIsClaimedOfOtherNeurons()
    {
        var rule = new SpikeRule(0.5f);
        NeuronEquations[] others =
        [
            NeuronEquations.Synaptic(rule, 0.5f, 0.5f), NeuronEquations.Alif(rule, 0.5f, 0.2f, 0.9f), NeuronEquations.ResonateAndFire(rule, 0.9f, 0.3f),
            NeuronEquations.LifWithGain(rule, 0.5f), NeuronEquations.Lif(rule with { FiresAtThreshold = true }, 0.5f),
            NeuronEquations.Lif(rule, 0.5f).WithoutReset("u"), NeuronEquations.Lif(rule with { Threshold = -1 }, 0.5f),
            NeuronEquations.Lif(rule, 1.5f), NeuronEquations.Lif(rule, -0.5f),
        ];
        Assert.All(others, neuron => Assert.Null(neuron.Lif()));
        Assert.All(others, neuron => Assert.False(neuron.HasPeriods || neuron.CountsGrowWithCurrents));
        // How gradients go does not matter to a run.
        Assert.True(NeuronEquations.Lif(rule with { Detached = true }, 0.5f) is { HasPeriods: true, CountsGrowWithCurrents: true });
    }

    /// <summary>Where the guard is said to be a sum of currents it is that sum, whatever fires; of neurons that a spike changes it is not said.</summary>
    [Fact]
    public void GuardsThatAreSumsOfCurrentsAreThatSum()
    {
        var random = new Random(4);
        var rule = new SpikeRule(0.5f);
        NeuronEquations[] sums =
        [
            NeuronEquations.If(rule).WithoutReset("u"), NeuronEquations.Lif(rule, 0.25f).WithoutReset("u"), NeuronEquations.LifWithGain(rule, 0.75f).WithoutReset("u"),
            NeuronEquations.Synaptic(rule, 0.75f, 0.875f).WithoutReset("u"), NeuronEquations.Lif(rule, 0).WithoutReset("u"),
        ];
        foreach (var neuron in sums.Concat(Enumerable.Range(0, 400).Select(_ => RandomNeuron.Any(random))))
        {
            if (neuron.Response(6) is not { } response)
            {
                Assert.DoesNotContain(neuron, sums);
                continue;
            }

            double[] x = new double[neuron.Size], current = new double[6];
            for (int t = 0; t < 6; t++)
            {
                current[t] = random.NextDouble() - 0.4;
                double[] y = [.. Enumerable.Range(0, neuron.Size).Select(i => Enumerable.Range(0, neuron.Size).Sum(j => neuron.Decay[i, j] * x[j]) + (neuron.Input[i] * current[t]) + neuron.Bias[i])];
                double guard = y.Select((value, i) => neuron.Guard[i] * value).Sum();
                Assert.Equal(Enumerable.Range(0, t + 1).Sum(s => response[t - s] * current[s]), guard, 1e-12);
                // Whatever the threshold says: either side leaves the same.
                var after = random.Next(2) == 0 ? neuron.Silent : neuron.Fired;
                x = [.. Enumerable.Range(0, neuron.Size).Select(i => Enumerable.Range(0, neuron.Size).Sum(j => after.Matrix[i, j] * y[j]) + after.Offset[i])];
            }
        }

        NeuronEquations[] others =
        [
            NeuronEquations.If(rule), NeuronEquations.Lif(rule, 0.5f, resetValue: null), NeuronEquations.Synaptic(rule, 0.5f, 0.5f),
            NeuronEquations.Alif(rule, 0.5f, 0.2f, 0.9f).WithoutReset("u"), NeuronEquations.ResonateAndFire(rule, 0.9f, 0.3f).WithoutReset("re"), NeuronEquations.Lif(rule, -0.5f).WithoutReset("u"),
        ];
        Assert.All(others, neuron => Assert.Null(neuron.Response(6)));
        // 2^100 a step is more than any number in a dozen.
        Assert.Null(NeuronEquations.Lif(rule, MathF.ScaleB(1, 100)).WithoutReset("u").Response(12));
    }

    /// <summary>Where states are said to decay, two runs that begin differently come together, whatever both fire.</summary>
    [Fact]
    public void StatesThatDecayComeTogether()
    {
        var random = new Random(3);
        int claimed = 0;
        for (int i = 0; i < 400; i++)
        {
            var neuron = RandomNeuron.Any(random);
            if (!neuron.StatesDecay)
            {
                continue;
            }

            claimed++;
            double[] apart = [.. Enumerable.Range(0, neuron.Size).Select(_ => random.NextDouble() - 0.5)];
            double before = apart.Max(Math.Abs);
            for (int t = 0; t < 20; t++)
            {
                var after = (random.Next(2) == 0 ? neuron.Silent : neuron.Fired).Matrix;
                double[] left = [.. Enumerable.Range(0, neuron.Size).Select(k => Enumerable.Range(0, neuron.Size).Sum(j => after[k, j] * apart[j]))];
                apart = [.. Enumerable.Range(0, neuron.Size).Select(k => Enumerable.Range(0, neuron.Size).Sum(j => neuron.Decay[k, j] * left[j]))];
            }

            // What A leaves of it first: both runs meet the guard with it.
            Assert.True(apart.Max(Math.Abs) <= before);
        }

        Assert.True(claimed > 20);
    }
}
