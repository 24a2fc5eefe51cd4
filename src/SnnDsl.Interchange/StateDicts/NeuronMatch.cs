using SnnDsl.Kernels;
using SnnDsl.Model;
using SnnDsl.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>Compares the neurons of a state dict with those that are declared, and takes over what is learned.</summary>
/// <param name="path">The file, for messages.</param>
/// <param name="network">The network.</param>
/// <param name="options">What the file does not say.</param>
internal sealed class NeuronMatch(string path, SpikingModule network, StateDictOptions options)
{
    private const string Subtract = "subtracts the threshold";

    private readonly NetworkStages stages = network.Stages;

    /// <summary>What to copy where, which layers were checked, and what the file leaves open.</summary>
    public (List<(string Name, Tensor Value)> Copies, List<string> Checked, List<string> Unchecked) Match(IReadOnlyList<SavedModule> saved)
    {
        // Maxima of spikes are neurons to the engine alone.
        var layers = network.Description.SpikingLayers.Zip(stages.Neurons).Where(pair => pair.First.Kind != "MaxPool2d").ToList();
        var (copies, done, open) = (new List<(string, Tensor)>(), new List<string>(), new List<string>());
        var snnTorch = saved.Where(module => module.IsSnnTorch).ToList();
        var parametric = saved.Where(module => module.IsParametricLif).ToList();
        var origin = options.Origin != StateDictOrigin.Unstated ? options.Origin
            : snnTorch.Count > 0 ? StateDictOrigin.SnnTorch
            : parametric.Count > 0 || options.Neurons.Count > 0 ? StateDictOrigin.SpikingJelly : StateDictOrigin.Unstated;
        if (snnTorch.Count > 0)
        {
            // snnTorch reads the membrane of a last Leaky or Synaptic that needs no reset.
            bool readsLast = snnTorch.Count == layers.Count + 1 && stages.MembraneDecay is not null;
            if (snnTorch.Count != layers.Count && !readsLast)
            {
                throw Wrong($"holds {snnTorch.Count} layers of neurons ({Names(snnTorch)}), but {network.Description.Name} has {layers.Count} ({string.Join(", ", layers.Select(layer => layer.First.Name))})");
            }

            foreach (var ((layer, neurons), module) in InOrder(layers, snnTorch))
            {
                CheckSnnTorch(module, layer.Name, neurons);
                done.Add(layer.Name);
            }

            if (readsLast)
            {
                CheckReadout(snnTorch[^1]);
                done.Add("the readout");
            }
        }

        var learned = layers.Where(layer => IsLearned(layer.First.Name)).ToList();
        if (parametric.Count != learned.Count)
        {
            throw Wrong($"holds {parametric.Count} learned decays ({Names(parametric)}), but {network.Description.Name} has {learned.Count} [Plif] layers"
                + (learned.Count > 0 ? $" ({string.Join(", ", learned.Select(layer => layer.First.Name))})" : ": write [Plif] where the neurons learn their decay"));
        }

        foreach (var ((layer, _), module) in InOrder(learned, parametric))
        {
            copies.Add(($"{layer.Name}.{LearnedDecay.Parameter}", LogitOf(module, layer.Name)));
            done.Add(layer.Name);
        }

        CheckStated(origin, layers, done);
        Conventions(origin, layers, done, open);
        if (stages.MembraneDecay is not null && !done.Contains("the readout"))
        {
            open.Add("The file does not say the neurons that are read out: their decays are those of the attribute.");
        }

        return (copies, done, open);
    }

    private bool IsLearned(string layer) => network.named_parameters().Any(parameter => parameter.name == $"{layer}.{LearnedDecay.Parameter}");

    // By name where all of them have one, else in order.
    private static IEnumerable<((LayerDescription, SpikingLayer) Layer, SavedModule Module)> InOrder(
        List<(LayerDescription First, SpikingLayer)> layers, List<SavedModule> modules) =>
        layers.All(layer => modules.Exists(module => module.Name == layer.First.Name))
            ? layers.Select(layer => (layer, modules.Find(module => module.Name == layer.First.Name)!))
            : layers.Zip(modules);

    private void CheckSnnTorch(SavedModule module, string layer, SpikingLayer declared)
    {
        float threshold = One(module, "threshold"), beta = Math.Clamp(One(module, "beta"), 0, 1);
        float? alpha = Alpha(module);
        float reset = One(module, "reset_mechanism_val"), factor = One(module, "graded_spikes_factor");
        if (factor != 1)
        {
            throw Wrong($"holds {module.Name}.graded_spikes_factor = {Text(factor)}, but spikes are 0 and 1 here: fold the factor into the weights behind it");
        }

        if (module.Recurrence is not null && reset == 1 && options.ResetDelay != false)
        {
            throw Wrong($"says that a spike of {module.Name}, whose spikes come back to it, sets the membrane to 0 with the next step, which takes that step's currents away, too, "
                + (options.ResetDelay is null ? "unless reset_delay is false: state that (--reset-delay false, StateDictOptions.ResetDelay) if the network was trained with it"
                    : "which no attribute says: train with reset_delay=False"));
        }

        if (reset == 0 && beta != 1 && options.ResetDelay != false)
        {
            throw Wrong($"says that a spike of {module.Name} {Subtract} " + (options.ResetDelay is null
                ? "and not with which reset_delay: state false (--reset-delay false, StateDictOptions.ResetDelay) if the network was trained with it; by default snnTorch subtracts after the leak, which no attribute says"
                : "and after the leak (reset_delay is true), which no attribute says: train with reset_delay=False"));
        }

        if (!(threshold > 0))
        {
            throw Wrong($"holds {module.Name}.threshold = {Text(threshold)}, but a threshold is greater than 0");
        }

        var rule = new SpikeRule(threshold);
        float? value = reset == 0 ? null : 0;
        var expected = alpha is { } synapse ? NeuronEquations.Synaptic(rule, synapse, beta, value) : NeuronEquations.Lif(rule, beta, value);
        if (reset == 2)
        {
            expected = expected.WithoutReset("u");
        }

        string differences = Differences(declared.Equations, expected);
        if (differences.Length == 0)
        {
            return;
        }

        string attribute = alpha is null ? $"[Lif(Threshold = {Text(threshold)}, " : $"[Synaptic(Threshold = {Text(threshold)}, SynapticDecay = {Text(alpha.Value)}, ";
        attribute += $"Decay = {Text(beta)}, Reset = Reset.{(reset == 0 ? "Soft" : reset == 1 ? "Hard" : "None")}{module.Recurrence})]";
        throw Wrong($"has neurons '{module.Name}' that differ from layer {layer} in {differences}: write {attribute} there");
    }

    private float? Alpha(SavedModule module) => module.Tensors.ContainsKey("alpha") ? Math.Clamp(One(module, "alpha"), 0, 1) : null;

    private void CheckReadout(SavedModule module)
    {
        float beta = Math.Clamp(One(module, "beta"), 0, 1);
        if (One(module, "reset_mechanism_val") != 2)
        {
            throw Wrong($"has neurons '{module.Name}' that are read out by their membrane and reset it: a readout has no reset, so train with reset_mechanism=\"none\"");
        }

        if (module.Recurrence is not null)
        {
            throw Wrong($"has neurons '{module.Name}' that are read out by their membrane and whose spikes come back to them: a readout does not fire, so train with Leaky or Synaptic there");
        }

        float alpha = Alpha(module) ?? 0;
        if (beta != stages.MembraneDecay || alpha != stages.SynapticDecay)
        {
            string synaptic = alpha == 0 ? "" : $"SynapticDecay = {Text(alpha)}, ", mean = stages.MeanMembrane ? "Mean = true, " : "";
            throw Wrong($"has neurons '{module.Name}' of {(alpha == 0 ? "" : $"alpha {Text(alpha)} and ")}beta {Text(beta)}, but the readout's decay is {Text(stages.MembraneDecay!.Value)}"
                + $"{(stages.SynapticDecay == 0 ? "" : $", and its synaptic decay {Text(stages.SynapticDecay)}")}: write [Li({mean}{synaptic}Decay = {Text(beta)})]");
        }
    }

    private Tensor LogitOf(SavedModule module, string layer)
    {
        var target = network.state_dict()[$"{layer}.{LearnedDecay.Parameter}"];
        if (target.numel() != 1)
        {
            throw Wrong($"holds one learned decay for all of '{module.Name}', but each neuron of layer {layer} has its own: leave PerNeuron out");
        }

        var w = module.Tensors["w"].Value;
        float value = w.to(ScalarType.Float32).item<float>();
        if (!float.IsFinite(value) || (w.dtype == ScalarType.Float64 && value != w.item<double>() && !options.Convert))
        {
            throw Wrong($"holds {module.Tensors["w"].Saved} = {w.to(ScalarType.Float64).item<double>()}, no float32 number: ask for the conversion (--convert, StateDictOptions.Convert)");
        }

        // tau = 1/sigmoid(w), and what is left of the membrane is 1 - 1/tau = sigmoid(-w).
        using Scalar logit = -value;
        return full(target.shape, logit, target.dtype);
    }

    // What the user says of neurons of which the file says nothing.
    private void CheckStated(StateDictOrigin origin, List<(LayerDescription First, SpikingLayer Neurons)> layers, List<string> done)
    {
        if (options.Neurons.Count == 0)
        {
            return;
        }

        if (origin != StateDictOrigin.SpikingJelly)
        {
            throw Wrong("is snnTorch's, whose neurons are in the file, and those that are stated are SpikingJelly's: leave them out");
        }

        var stated = options.Neurons.Select(JellyNeuron.Read).ToList();
        if (stated.Count != 1 && stated.Count != layers.Count)
        {
            throw Wrong($"is read with {stated.Count} stated neurons, but {network.Description.Name} has {layers.Count} layers of them ({string.Join(", ", layers.Select(layer => layer.First.Name))}): state one call for all, or one for each in order");
        }

        for (int i = 0; i < layers.Count; i++)
        {
            var ((layer, declared), call) = (layers[i], stated[stated.Count == 1 ? 0 : i]);
            string differences = IsLearned(layer.Name) != call.IsLearned ? "kind (" + (call.IsLearned ? "a learned decay)" : "a decay that is not learned)")
                : Differences(declared.Equations, call.Equations(declared.Equations.Decay[0]));
            if (differences.Length > 0)
            {
                throw Wrong($"has neurons {call.Text}, as stated, that differ from layer {layer.Name} in {differences}: write {call.Attribute} there");
            }

            if (!done.Contains(layer.Name))
            {
                done.Add(layer.Name);
            }
        }
    }

    private void Conventions(StateDictOrigin origin, List<(LayerDescription First, SpikingLayer Neurons)> layers, List<string> done, List<string> open)
    {
        bool firesAt = origin == StateDictOrigin.SpikingJelly;
        if (origin != StateDictOrigin.Unstated && layers.Find(layer => layer.Neurons.Equations.Spike.FiresAtThreshold != firesAt) is { First: { } wrong })
        {
            throw Wrong(firesAt
                ? $"is SpikingJelly's, whose neurons fire at the threshold, too, and layer {wrong.Name} fires above it alone: write AtOrAbove = true there"
                : $"is snnTorch's, whose neurons fire above the threshold alone, and layer {wrong.Name} fires at it, too: leave AtOrAbove out there");
        }

        if (layers.Where(layer => !done.Contains(layer.First.Name) || (origin == StateDictOrigin.SpikingJelly && options.Neurons.Count == 0)).Select(layer => layer.First.Name).ToList() is { Count: > 0 } silent)
        {
            string names = string.Join(", ", silent);
            open.Add(origin switch
            {
                StateDictOrigin.SpikingJelly => $"The file does not say threshold, tau, decay_input and v_reset of {names}: Threshold, Tau (or [Plif]), DecayInput and Reset of the attributes are taken as they are, unless you state the neurons (--neuron, StateDictOptions.Neurons).",
                _ => $"The file does not say the neurons of {names}: threshold, decay, gain, reset and whether they fire at the threshold are those of the attributes.",
            });
        }
    }

    // What a run depends on: not the surrogate.
    private static string Differences(NeuronEquations declared, NeuronEquations saved)
    {
        if (declared.Size != saved.Size)
        {
            return $"kind (declared are neurons of {Count(declared)}, saved of {Count(saved)})";
        }

        List<string> all = [];
        if (declared.Spike.Threshold != saved.Spike.Threshold)
        {
            all.Add($"threshold ({Text(declared.Spike.Threshold)}, not {Text(saved.Spike.Threshold)})");
        }

        if (!declared.Decay.Equals(saved.Decay))
        {
            all.Add($"decay ({declared.Decay}, not {saved.Decay})");
        }

        if (!declared.Input.Equals(saved.Input))
        {
            all.Add($"gain ({declared.Input}, not {saved.Input})");
        }

        if (declared.Spike.FiresAtThreshold != saved.Spike.FiresAtThreshold)
        {
            all.Add("firing at the threshold");
        }

        if (ResetOf(declared) != ResetOf(saved))
        {
            all.Add($"reset ({ResetOf(declared)}, not {ResetOf(saved)})");
        }

        if (all.Count == 0 && !(declared.Bias.Equals(saved.Bias) && declared.Guard.Equals(saved.Guard) && declared.Silent.Equals(saved.Silent)))
        {
            all.Add("equations");
        }

        return string.Join(" and ", all);

        static string ResetOf(NeuronEquations neuron) => neuron.Fired.Equals(neuron.Silent) ? "none"
            : neuron.Fired.Matrix.Equals(neuron.Silent.Matrix) ? "soft" : $"hard, to {neuron.Fired.Offset[neuron.Size - 1]}";

        static string Count(NeuronEquations neuron) => neuron.Size == 1 ? "one state" : $"{neuron.Size} states";
    }

    private float One(SavedModule module, string part)
    {
        if (!module.Tensors.TryGetValue(part, out var found) || found.Value.numel() == 0)
        {
            throw Wrong($"has neurons '{module.Name}' without {part}: these are none of snnTorch's Leaky or Synaptic");
        }

        var values = found.Value.to(ScalarType.Float32).contiguous().data<float>().ToArray();
        return values.All(value => value == values[0])
            ? values[0]
            : throw Wrong($"holds {found.Saved} of {values.Length} different values, and no attribute gives each neuron its own");
    }

    private static string Text(float value) => Coefficients.Text(value);

    private static string Names(IEnumerable<SavedModule> modules) => string.Join(", ", modules.Select(module => module.Name)) is { Length: > 0 } all ? all : "none";

    private InterchangeException Wrong(string what) => new($"'{path}' {what}.");
}
