using SnnDsl.Networks;
using SnnDsl.Runtime.Tests.Fuzzing;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Interchange.Tests.StateDicts;

/// <summary>State dicts of other libraries: the files under TestData were written by Python's own pickler.</summary>
public sealed class StateDictTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("snndsl-interchange-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void ASequentialOfSnnTorchRunsAsItsEquations()
    {
        using var network = new Leaky(1);
        using var state = StateDict.Load(Data("snntorch-sequential.pt"));
        var loaded = network.LoadStateDict(state);
        Assert.Equal([("1.weight", "fc1.weight"), ("1.bias", "fc1.bias"), ("3.weight", "fc2.weight"), ("3.bias", "fc2.bias")], loaded.Renamed);
        Assert.Equal(network.Description.SpikingLayers.Select(layer => layer.Name), loaded.Checked);
        Assert.Empty(loaded.Unchecked);

        // The second weight lies in the file transposed.
        double[,] first = Matrix(3, 4, (i, j) => W((i * 4) + j, 0)), second = Matrix(2, 3, (i, j) => W((j * 2) + i, 2));
        foreach (var (input, logits) in Runs(network))
        {
            var (one, two) = (new SnnTorchLayer(first, k => W(k, 1)), new SnnTorchLayer(second, k => W(k, 3)));
            double[] counts = [0, 0];
            for (int t = 0; t < network.Steps; t++)
            {
                double[] spikes = two.Step(one.Step(input));
                counts = [counts[0] + spikes[0], counts[1] + spikes[1]];
            }

            Assert.Equal(counts.Select(count => (float)count / network.Steps), logits);
        }
    }

    [Fact]
    public void ACheckpointOfSpikingJellyRunsAsItsEquations()
    {
        using var network = new Jelly(1);
        using var state = StateDict.Load(Data("spikingjelly-checkpoint.pth"));
        Assert.Equal(["plif1", "plif2"], network.LoadStateDict(state).Checked);
        double[] taus = [1 + Math.Exp(0.6931471824645996), 1 + Math.Exp(-0.5)];
        double[,] first = Matrix(3, 4, (i, j) => W((i * 4) + j, 0)), second = Matrix(2, 3, (i, j) => W((i * 3) + j, 2));
        int spoke = 0;
        foreach (var (input, logits) in Runs(network, scale: 12))
        {
            double[] v = new double[3], out2 = new double[2], counts = new double[2];
            for (int t = 0; t < network.Steps; t++)
            {
                double[] spikes = Charge(v, Product(first, input), taus[0]);
                double[] last = Charge(out2, Product(second, spikes), taus[1]);
                counts = [counts[0] + last[0], counts[1] + last[1]];
                spoke += (int)spikes.Sum();
            }

            Assert.Equal(counts.Select(count => (float)count / network.Steps), logits);
        }

        Assert.True(spoke > 50, $"only {spoke} spikes were compared");

        static double[] Charge(double[] v, double[] current, double tau) => [.. current.Select((x, i) =>
        {
            v[i] += (x - v[i]) / tau;
            double spike = v[i] >= 1 ? 1 : 0;
            v[i] *= 1 - spike;
            return spike;
        })];
    }

    [Fact]
    public void ACheckpointsOtherDictionariesAreNamedAndNumbersKeepTheirType()
    {
        Refuses("holds no state dict under 'ema'", "net (", () => StateDict.Load(Data("spikingjelly-checkpoint.pth"), "ema"), quoted: true);
        using var state = StateDict.Load(Data("protocol4.pt"));
        Assert.Equal([ScalarType.Float16, ScalarType.Float64], state.Tensors.Values.Select(tensor => tensor.dtype));
        Assert.Equal(W(5, 0), state.Tensors["fc1.weight"][1, 1].to(ScalarType.Float64).item<double>());
    }

    [Fact]
    public void CodeIsRefusedByItsName() => Refuses("names posix.system", "nothing is run here", () => StateDict.Load(Data("calls-code.pt")));

    [Fact]
    public void DamagedFilesGiveOneSentence()
    {
        byte[][] seeds = [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "TestData"), "*.pt*").Select(File.ReadAllBytes)];
        var mutator = new Mutator(seeds, 5);
        int refused = 0;
        for (int i = 0; i < 1500; i++)
        {
            string path = Path.Combine(folder, "damaged.pt");
            File.WriteAllBytes(path, mutator.Next());
            try
            {
                StateDict.Load(path).Dispose();
            }
            catch (Exception error) when (error is InterchangeException or SafeTensorsException)
            {
                Assert.EndsWith(".", error.Message);
                Assert.DoesNotContain('\n', error.Message);
                refused++;
            }
        }

        Assert.InRange(refused, 500, 1499);
    }

    [Fact]
    public void LayersOfAConvolutionalNetworkAreFoundInOrder()
    {
        using var trained = new Pools(3);
        string[] modules = ["0.conv", "0.norm", "head.0"];
        var given = trained.state_dict().GroupBy(entry => entry.Key.Split('.')[0]).ToDictionary(group => group.Key, group => group.ToList());
        string[] order = [.. trained.Description.Layers.Select(layer => layer.Name).Where(given.ContainsKey)];
        string file = Write(order.Zip(modules).SelectMany(pair => given[pair.First].Select(entry => (entry.Key.Replace(pair.First, pair.Second), entry.Value))));
        using var network = new Pools(4);
        using var state = StateDict.Load(file);
        Assert.Equal("0.conv.weight", network.LoadStateDict(state).Renamed[0].From);
        Assert.Equal(Weights.Hash(trained), Weights.Hash(network));

        // Swapped by a rename map, shapes do not fit; and everything stays as it was.
        using var other = new Pools(4);
        string before = Weights.Hash(other);
        Refuses("holds 0.norm.bias", "conv1 of Pools has weight: it is another layer", () => other.LoadStateDict(state, new() { Renames = [("0.norm", "conv1")] }));
        Refuses("head.2", "its tensors are 0.conv.weight", () => other.LoadStateDict(state, new() { Renames = [("head.2", "fc1")] }));
        Assert.Equal(before, Weights.Hash(other));
    }

    public static TheoryData<string, string> Differences => new()
    {
        { "lif2.threshold=0.75", "threshold (0.5, not 0.75): write [Lif(Threshold = 0.75, Decay = 0.75, Reset = Reset.Hard)]" },
        { "lif1.beta=0.5", "decay (0.75, not 0.5): write [Lif(Threshold = 0.5, Decay = 0.5, Reset = Reset.Hard)]" },
        { "lif1.reset_mechanism_val=2", "reset (hard, to 0, not none): write [Lif(Threshold = 0.5, Decay = 0.75, Reset = Reset.None)]" },
        { "lif1.reset_mechanism_val=0", "--reset-delay false" },
        { "lif1.graded_spikes_factor=2", "fold the factor into the weights behind it" },
        { "lif1.alpha=0.5", "write [Synaptic(Threshold = 0.5, SynapticDecay = 0.5, Decay = 0.75, Reset = Reset.Hard)]" },
        { "fc1.weight=1", "lif1" },
        { "fc9.weight=1", "holds 3 modules with weights" },
    };

    [Theory]
    [MemberData(nameof(Differences))]
    public void AnotherNeuronIsNamedWithTheAttributeToWrite(string change, string message)
    {
        using var network = new Leaky(1);
        string before = Weights.Hash(network);
        string name = change.Split('=')[0];
        bool replaces = name.StartsWith("lif", StringComparison.Ordinal);
        var tensors = Saved(network, beta: 0.75f, reset: 1).Where(entry => entry.Name != name)
            .Append((name, tensor(float.Parse(change.Split('=')[1], System.Globalization.CultureInfo.InvariantCulture)))).ToList();
        using var state = StateDict.Load(Write(tensors));
        Refuses(replaces ? message : "holds", replaces ? name.Split('.')[0] : name.Split('.')[0], () => network.LoadStateDict(state));
        Assert.Equal(before, Weights.Hash(network));
    }

    /// <summary>Layers under each other's names: the message has the option and the names that there are.</summary>
    [Fact]
    public void WhatIsMeantIsSaidByARename()
    {
        using var network = new Leaky(1);
        string[] layers = [.. network.state_dict().Keys.Select(name => name.Split('.')[0]).Distinct()];
        string Swapped(string name) => name.Replace(layers[0], "x").Replace(layers[1], layers[0]).Replace("x", layers[1]);
        using var state = StateDict.Load(Write(network.state_dict().Select(entry => (Swapped(entry.Key), entry.Value))));
        Refuses("say which is which (--rename FROM=TO, StateDictOptions.Renames)", $"TO one of {string.Join(", ", layers)}", () => network.LoadStateDict(state));
        Assert.NotEmpty(network.LoadStateDict(state, new() { Renames = [(layers[0], "a"), (layers[1], layers[0]), ("a", layers[1])] }).Renamed);
    }

    [Fact]
    public void ResetsThatSubtractNeedTheirDelayStated()
    {
        using var network = new SoftLeaky(1);
        using var state = StateDict.Load(Write(Saved(network, beta: 0.75f, reset: 0)));
        Refuses("after the leak (reset_delay is true)", "reset_delay=False", () => network.LoadStateDict(state, new() { ResetDelay = true }));
        Assert.Equal(2, network.LoadStateDict(state, new() { ResetDelay = false }).Checked.Count);
    }

    [Fact]
    public void FiringAtTheThresholdIsPartOfTheOrigin()
    {
        using var strict = new StrictJelly(1);
        using var jelly = StateDict.Load(Data("spikingjelly-checkpoint.pth"));
        Refuses("fire at the threshold, too", "write AtOrAbove = true", () => strict.LoadStateDict(jelly));
        using var network = new Leaky(1);
        using var plain = StateDict.Load(Write(network.state_dict().Select(entry => (entry.Key, entry.Value))));
        Assert.Contains("does not say the neurons of", network.LoadStateDict(plain).Unchecked.Single());
        Refuses("fire at the threshold, too", "lif1", () => network.LoadStateDict(plain, new() { Origin = StateDictOrigin.SpikingJelly }));
    }

    [Fact]
    public void SynapticNeuronsAndTheReadoutAreCompared()
    {
        using var network = new SynapticLi(1);
        string lif = network.Description.SpikingLayers[0].Name;
        List<(string, Tensor)> neurons =
        [
            .. network.state_dict().Select(entry => (entry.Key, entry.Value)),
            ($"{lif}.alpha", tensor(0.5f)), .. Neuron(lif, 0.75f, 1), .. Neuron("last", 0.75f, 2),
        ];
        using var state = StateDict.Load(Write(neurons));
        Assert.Equal([lif, "the readout"], network.LoadStateDict(state).Checked);
        // Where the file does not say them, that is said.
        using var silent = StateDict.Load(Write([.. neurons.Where(entry => !entry.Item1.StartsWith("last.", StringComparison.Ordinal))]));
        Assert.Contains("does not say the neurons that are read out", network.LoadStateDict(silent).Unchecked.Single());
        using var reset = StateDict.Load(Write([.. neurons.Where(entry => entry.Item1 != "last.reset_mechanism_val"), ("last.reset_mechanism_val", tensor(1L))]));
        Refuses("read out by their membrane", "'last'", () => network.LoadStateDict(reset));
    }

    /// <summary>A last Synaptic that is read by its membrane: its alpha is the readout's synaptic decay.</summary>
    [Fact]
    public void AReadoutsSynapseIsCompared()
    {
        using var network = new SynapseLi(1);
        string lif = network.Description.SpikingLayers[0].Name;
        string Of(float alpha) => Write(
            [.. network.state_dict().Select(entry => (entry.Key, entry.Value)), .. Neuron(lif, 0.75f, 1), ("last.alpha", tensor(alpha)), .. Neuron("last", 0.75f, 2)]);
        using (var state = StateDict.Load(Of(0.5f)))
        {
            Assert.Equal([lif, "the readout"], network.LoadStateDict(state).Checked);
        }

        using var other = StateDict.Load(Of(0.125f));
        Refuses(
            "of alpha 0.125 and beta 0.75, but the readout's decay is 0.75, and its synaptic decay 0.5", "write [Li(SynapticDecay = 0.125, Decay = 0.75)]", () => network.LoadStateDict(other));
    }

    /// <summary>RLeaky and RSynaptic, as snnTorch saves and runs them: a Linear, and one V for each neuron; the spikes and membranes that it saves, too, are no weights.</summary>
    [Fact]
    public void SpikesThatComeBackRunAsTheirEquations()
    {
        double[,] first = Matrix(3, 4, (i, j) => W((i * 4) + j, 0)), back = Matrix(3, 3, (i, j) => W((i * 3) + j, 4)), second = Matrix(2, 3, (i, j) => W((i * 3) + j, 2));
        double[] each = [0.75, -0.5];
        foreach (bool named in (bool[])[true, false])
        {
            using var network = new BackLeaky(1);
            using var state = StateDict.Load(Write(Back(named ? ["fc1", "lif1", "fc2", "syn2"] : ["0", "1", "2", "3"])));
            var loaded = network.LoadStateDict(state, new() { ResetDelay = false });
            Assert.Equal(["lif1", "syn2"], loaded.Checked);
            Assert.Equal(6, loaded.Renamed.Count);
            Assert.Contains((named ? "lif1.recurrent.weight" : "1.recurrent.weight", "lif1.recurrent.weight"), loaded.Renamed);
            Assert.Empty(loaded.Unchecked);
            int spoke = 0;
            foreach (var (input, logits) in Runs(network))
            {
                double[] mem = new double[3], spikes = new double[3], synapse = new double[2], last = new double[2], fired = new double[2], counts = new double[2];
                for (int t = 0; t < network.Steps; t++)
                {
                    double[] current = [.. Product(first, input).Zip(Product(back, spikes), (a, b) => a + b)];
                    spikes = Fire(mem, [.. current.Select((value, i) => (0.75 * mem[i]) + value + W(i, 1))]);
                    double[] next = Product(second, spikes);
                    synapse = [.. synapse.Select((value, i) => (0.5 * value) + next[i] + W(i, 3) + (each[i] * fired[i]))];
                    fired = Fire(last, [.. last.Select((value, i) => (0.75 * value) + synapse[i])]);
                    counts = [counts[0] + fired[0], counts[1] + fired[1]];
                    spoke += (int)spikes.Sum();
                }

                Assert.Equal(counts.Select(count => (float)count / network.Steps), logits);
            }

            Assert.True(spoke > 50, $"only {spoke} spikes were compared");
        }

        // With reset_delay=False a membrane is 0 as soon as it has fired.
        static double[] Fire(double[] mem, double[] charged) => [.. charged.Select((value, i) =>
        {
            double spike = value > 0.5 ? 1 : 0;
            mem[i] = value * (1 - spike);
            return spike;
        })];
    }

    [Fact]
    public void SpikesThatComeBackAreCompared()
    {
        using var network = new BackLeaky(1);
        string before = Weights.Hash(network);
        string[] names = ["fc1", "lif1", "fc2", "syn2"];
        StateDictOptions early = new() { ResetDelay = false };
        void Refused(string message, string more, IEnumerable<(string Name, Tensor Value)> tensors, SpikingModule target, StateDictOptions options)
        {
            using var state = StateDict.Load(Write(tensors));
            Refuses(message, more, () => target.LoadStateDict(state, options));
        }

        Refused("whose spikes come back to it", "--reset-delay false", Back(names), network, new());
        Refused("takes that step's currents away, too", "train with reset_delay=False", Back(names), network, new() { ResetDelay = true });
        Refused("holds lif1.recurrent.bias, a bias of spikes that come back", "add it to the bias of the layer before lif1", Changed("lif1.recurrent.bias", tensor([0f, 0.5f, 0f])), network, early);
        Refused("threshold (0.5, not 0.25)", "write [Lif(Threshold = 0.25, Decay = 0.75, Reset = Reset.Hard, Recurrent = true)]", Changed("lif1.threshold", tensor(0.25f)), network, early);
        Refused("decay", "write [Synaptic(Threshold = 0.5, SynapticDecay = 0.25, Decay = 0.75, Reset = Reset.Hard, Recurrent = true, RecurrentDiagonal = true)]", Changed("syn2.alpha", tensor(0.25f)), network, early);
        using var leaky = new Leaky(1);
        Refused("spikes come back in lif1.recurrent", "write Recurrent = true", Back(names).Where(entry => !entry.Name.StartsWith("syn2.V", StringComparison.Ordinal) && !entry.Name.StartsWith("syn2.recurrent", StringComparison.Ordinal)), leaky, early);
        Assert.Equal(before, Weights.Hash(network));

        // One V for all neurons, kept as a buffer alone (learn_recurrent=False).
        using var same = StateDict.Load(Write(Back(names).Where(entry => !entry.Name.StartsWith("syn2.recurrent", StringComparison.Ordinal) && entry.Name != "syn2.V").Append(("syn2.V", tensor(0.25f)))));
        network.LoadStateDict(same, early);
        Assert.Equal([0.25f, 0.25f], network.state_dict()["syn2.recurrent.weight"].data<float>().ToArray());

        IEnumerable<(string Name, Tensor Value)> Changed(string name, Tensor value) => Back(names).Select(entry => (entry.Name, entry.Name == name ? value : entry.Value));
    }

    /// <summary>What SpikingJelly does not save is stated as the call that made it, compared, and then runs as its equations: v_reset is where its membranes begin and what they leak to.</summary>
    [Fact]
    public void StatedNeuronsOfSpikingJellyRunAsTheirEquations()
    {
        using var network = new FixedJelly(1);
        double[,] first = Matrix(3, 4, (i, j) => W((i * 4) + j, 0)), second = Matrix(2, 3, (i, j) => W((i * 3) + j, 2));
        using var state = StateDict.Load(Write(
        [
            ("0.weight", Single(first)), ("0.bias", Bias(3, 1)), ("2.weight", Single(second)), ("2.bias", Bias(2, 3)),
        ]));
        var loaded = network.LoadStateDict(state, new()
        {
            Neurons = ["neuron.LIFNode(tau=2., v_threshold=1.0, v_reset=0.5, surrogate_function=surrogate.ATan(alpha=2.0, spiking=True), detach_reset=True)", "IFNode(v_threshold=0.5, v_reset=None)"],
        });
        Assert.Equal(["lif1", "if2"], loaded.Checked);
        Assert.Empty(loaded.Unchecked);
        int spoke = 0;
        foreach (var (input, logits) in Runs(network, scale: 4))
        {
            double[] v = [0.5, 0.5, 0.5], last = new double[2], counts = new double[2];
            for (int t = 0; t < network.Steps; t++)
            {
                double[] spikes = [.. Product(first, input).Select((x, i) =>
                {
                    v[i] += (x + W(i, 1) - (v[i] - 0.5)) / 2;
                    double spike = v[i] >= 1 ? 1 : 0;
                    v[i] = spike == 1 ? 0.5 : v[i];
                    return spike;
                })];
                double[] next = Product(second, spikes);
                for (int i = 0; i < 2; i++)
                {
                    last[i] += next[i] + W(i, 3);
                    double spike = last[i] >= 0.5 ? 1 : 0;
                    last[i] -= 0.5 * spike;
                    counts[i] += spike;
                }

                spoke += (int)spikes.Sum();
            }

            Assert.Equal(counts.Select(count => (float)count / network.Steps), logits);
        }

        Assert.True(spoke > 50, $"only {spoke} spikes were compared");
    }

    public static TheoryData<string, string> Stated => new()
    {
        { "LIFNode(v_threshold=0.75)|IFNode(v_threshold=0.5, v_reset=None)", "layer lif1 in threshold (0.5, not 0.75): write [Lif(Threshold = 0.75, Tau = 2, DecayInput = true, AtOrAbove = true, Reset = Reset.Hard)] there" },
        { "LIFNode(tau=4.0, v_threshold=0.5)|IFNode(v_threshold=0.5, v_reset=None)", "decay (0.5, not 0.75) and gain (0.5, not 0.25): write [Lif(Threshold = 0.5, Tau = 4," },
        { "LIFNode(v_threshold=0.5, decay_input=False)|IFNode(v_threshold=0.5, v_reset=None)", "gain (0.5, not 1): write [Lif(Threshold = 0.5, Tau = 2, AtOrAbove = true, Reset = Reset.Hard)]" },
        { "LIFNode(v_threshold=0.5, v_reset=None)|IFNode(v_threshold=0.5, v_reset=None)", "reset (hard, to 0, not soft): write [Lif(Threshold = 0.5, Tau = 2, DecayInput = true, AtOrAbove = true, Reset = Reset.Soft)]" },
        { "LIFNode(v_threshold=0.5)|IFNode(v_threshold=0.5)", "layer if2 in reset (soft, not hard, to 0): write [If(Threshold = 0.5, AtOrAbove = true, Reset = Reset.Hard)]" },
        { "LIFNode(v_threshold=0.5)", "layer if2 in decay (1, not 0.5)" },
        { "ParametricLIFNode(v_threshold=0.5)", "layer lif1 in kind (a learned decay): write [Plif(Threshold = 0.5, DecayInput = true, AtOrAbove = true, Reset = Reset.Hard)]" },
        { "LIFNode()|IFNode()|IFNode()", "is read with 3 stated neurons, but FixedJelly has 2 layers of them (lif1, if2)" },
        { "Leaky(beta=0.9)", "makes no neurons of SpikingJelly" },
        { "LIFNode(2.0)", "holds 2.0, which LIFNode does not take by that name" },
        { "IFNode(tau=2.0)", "holds tau=2.0, which IFNode does not take by that name" },
        { "LIFNode(tau=1)", "has tau = 1, and a time constant is greater than 1" },
        { "LIFNode(tau=two)", "has tau = two, which is no number" },
        { "LIFNode(decay_input=1)", "has decay_input = 1, which is True or False" },
        { "IFNode(v_threshold=0.5, v_reset=0.5)", "v_threshold that does not lie above its v_reset" },
    };

    [Theory]
    [MemberData(nameof(Stated))]
    public void AnotherStatedNeuronIsNamedWithTheAttributeToWrite(string calls, string message)
    {
        using var network = new FixedJelly(1);
        string before = Weights.Hash(network);
        using var other = new FixedJelly(2);
        using var state = StateDict.Load(Write(other.state_dict().Select(entry => (entry.Key, entry.Value))));
        Refuses(message, "", () => network.LoadStateDict(state, new() { Neurons = calls.Split('|') }));
        Assert.Equal(before, Weights.Hash(network));
    }

    [Fact]
    public void LearnedDecaysAreComparedInWhatIsNotLearned()
    {
        using var jelly = StateDict.Load(Data("spikingjelly-checkpoint.pth"));
        using var network = new Jelly(1);
        Assert.Empty(network.LoadStateDict(jelly, new() { Neurons = ["ParametricLIFNode(init_tau=3.0)"] }).Unchecked);
        Refuses("gain", "write [Plif(Threshold = 1, AtOrAbove = true, Reset = Reset.Hard)]", () => network.LoadStateDict(jelly, new() { Neurons = ["ParametricLIFNode(decay_input=False)"] }));
        using var strict = new StrictJelly(1);
        Refuses("firing at the threshold", "AtOrAbove = true", () => strict.LoadStateDict(jelly, new() { Neurons = ["ParametricLIFNode()"] }));
        using var leaky = new Leaky(1);
        using var saved = StateDict.Load(Data("snntorch-sequential.pt"));
        Refuses("is snnTorch's", "leave them out", () => leaky.LoadStateDict(saved, new() { Neurons = ["LIFNode()"] }));
    }

    [Fact]
    public void Float64IsConvertedOnRequest()
    {
        using var network = new Leaky(1);
        string file = Write(network.state_dict().Select(entry => (entry.Key, entry.Value.to(ScalarType.Float64) + 1e-12)));
        using var state = StateDict.Load(file);
        string before = Weights.Hash(network);
        Refuses("in Float64", "--convert", () => network.LoadStateDict(state));
        network.LoadStateDict(state, new() { Convert = true });
        Assert.Equal(before, Weights.Hash(network));
    }

    [Fact]
    public async Task TheCommandLineImports()
    {
        var host = CommandLine.SpikingCommandLine.Create("tiny").Model(seed => new Leaky(seed)).Model(seed => new Jelly(seed));
        string target = Path.Combine(folder, "weights.safetensors");
        using StringWriter output = new(), error = new();
        Assert.Equal(0, await host.RunAsync(["import", "--state-dict", Data("snntorch-sequential.pt"), "--model", "Leaky", "--out", target], output, error));
        Assert.Contains("1.weight is fc1.weight.", output.ToString());
        using var network = new Leaky(9);
        Weights.Load(network, target);
        Assert.Equal(W(0, 0), network.state_dict()["fc1.weight"][0, 0].item<float>());

        File.Delete(target);
        string[] jelly = ["import", "--state-dict", Data("spikingjelly-checkpoint.pth"), "--model", "Jelly", "--out", target];
        Assert.Equal(2, await host.RunAsync([.. jelly, "--neuron", "ParametricLIFNode(v_threshold=0.5)"], output, error));
        Assert.Contains("write [Plif(Threshold = 0.5, DecayInput = true, AtOrAbove = true, Reset = Reset.Hard)]", error.ToString());
        Assert.False(File.Exists(target));
        Assert.Equal(0, await host.RunAsync([.. jelly, "--neuron", "ParametricLIFNode()", "--neuron", "ParametricLIFNode(v_reset=0.)"], output, error));
        Assert.Contains("compared with their attributes, and are the same: plif1, plif2.", output.ToString());
        File.Delete(target);
        Assert.Equal(2, await host.RunAsync(["import", "--state-dict", Data("snntorch-sequential.pt"), "--model", "Jelly", "--out", target], output, error));
        Assert.Contains("Bias = true", error.ToString());
        Assert.False(File.Exists(target));
    }

    private static string Data(string name) => Path.Combine(AppContext.BaseDirectory, "TestData", name);

    private string Write(IEnumerable<(string, Tensor)> tensors)
    {
        string path = Path.Combine(folder, $"{Guid.NewGuid():N}.safetensors");
        SafeTensors.Write(path, tensors);
        return path;
    }

    private static IEnumerable<(string Name, Tensor Value)> Saved(SpikingModule network, float beta, long reset) =>
        [.. network.state_dict().Select(entry => (entry.Key, entry.Value)), .. Neuron("lif1", beta, reset), .. Neuron("lif2", beta, reset)];

    // What RLeaky(all_to_all=True) and RSynaptic(all_to_all=False) save, the latter's V under two names.
    private static List<(string Name, Tensor Value)> Back(string[] names) =>
    [
        ($"{names[0]}.weight", Single(Matrix(3, 4, (i, j) => W((i * 4) + j, 0)))), ($"{names[0]}.bias", Bias(3, 1)),
        .. Neuron(names[1], 0.75f, 1), ($"{names[1]}.spk", zeros(5, 3)), ($"{names[1]}.mem", ones(5, 3)),
        ($"{names[1]}.recurrent.weight", Single(Matrix(3, 3, (i, j) => W((i * 3) + j, 4)))), ($"{names[1]}.recurrent.bias", zeros(3)),
        ($"{names[2]}.weight", Single(Matrix(2, 3, (i, j) => W((i * 3) + j, 2)))), ($"{names[2]}.bias", Bias(2, 3)),
        .. Neuron(names[3], 0.75f, 1), ($"{names[3]}.alpha", tensor(0.5f)), ($"{names[3]}.V", tensor([0.75f, -0.5f])), ($"{names[3]}.spk", zeros(5, 2)), ($"{names[3]}.recurrent.V", tensor([0.75f, -0.5f])),
    ];

    private static Tensor Bias(int count, int k) => tensor(Enumerable.Range(0, count).Select(i => (float)W(i, k)).ToArray());

    private static Tensor Single(double[,] matrix) => tensor(matrix.Cast<double>().Select(value => (float)value).ToArray()).view(matrix.GetLength(0), matrix.GetLength(1));

    private static (string, Tensor)[] Neuron(string name, float beta, long reset) =>
    [
        ($"{name}.threshold", tensor(0.5f)), ($"{name}.graded_spikes_factor", tensor(1f)), ($"{name}.reset_mechanism_val", tensor(reset)), ($"{name}.beta", tensor(beta)),
    ];

    private static void Refuses(string message, string more, Action action, bool quoted = false)
    {
        string said = Assert.Throws<InterchangeException>(action).Message;
        Assert.Contains(message, said);
        Assert.Contains(quoted ? $"'{more[..^2]}' (" : more, said);
        Assert.EndsWith(".", said);
    }

    // The numbers of the files under TestData: sixteenths, so that every sum is exact.
    private static double W(int i, int k) => ((((i * 7) + (k * 3)) % 17) - 8) / 16.0;

    private static double[,] Matrix(int rows, int columns, Func<int, int, double> at)
    {
        var matrix = new double[rows, columns];
        for (int i = 0; i < rows * columns; i++)
        {
            matrix[i / columns, i % columns] = at(i / columns, i % columns);
        }

        return matrix;
    }

    private static double[] Product(double[,] matrix, double[] x) =>
        [.. Enumerable.Range(0, matrix.GetLength(0)).Select(i => x.Select((value, j) => matrix[i, j] * value).Sum())];

    private static IEnumerable<(double[] Input, float[] Logits)> Runs(SpikingModule network, double scale = 1)
    {
        var random = new Random(3);
        for (int n = 0; n < 40; n++)
        {
            double[] input = [.. Enumerable.Range(0, 4).Select(_ => scale * random.Next(17) / 16.0)];
            using var batch = tensor(input.Select(value => (float)value).ToArray()).view(1, 4);
            using var logits = network.forward(batch);
            yield return (input, logits.data<float>().ToArray());
        }
    }

    /// <summary>A Linear and a Leaky of snnTorch in its own order of things: the reset of a spike comes with the next step.</summary>
    private sealed class SnnTorchLayer(double[,] weight, Func<int, double> bias)
    {
        private readonly double[] mem = new double[weight.GetLength(0)];

        public double[] Step(double[] input) => [.. Product(weight, input).Select((current, i) =>
        {
            double reset = mem[i] - 0.5 > 0 ? 1 : 0;
            mem[i] = (0.75 * (1 - reset) * mem[i]) + current + bias(i);
            return mem[i] - 0.5 > 0 ? 1.0 : 0.0;
        })];
    }
}
