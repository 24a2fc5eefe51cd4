using SnnDsl.Model;
using SnnDsl.Verification.Networks;

namespace SnnDsl.TinyNetworks.Tests;

/// <summary>
/// Bounds of a network whose layers are a graph, or whose spikes come back, as docs/mathematics.md defines them: values layer by layer and step by step, forms
/// added up at each layer from the last to the first. Every neuron is its equations (<see cref="NeuronReference"/>).
/// </summary>
/// <param name="network">The network.</param>
/// <param name="set">The set.</param>
/// <param name="slope">By spiking layer, step and neuron, the slopes of those of <c>Lif</c>.</param>
internal sealed class GraphReference(TinyNetwork network, TinySet set, Func<int, int, int, double> slope)
{
    private readonly Dictionary<string, Between[][]> values = [];
    private readonly Dictionary<string, NeuronReference[]> neurons = [];
    private readonly Dictionary<string, string[]> reads = [];

    /// <summary>The neurons of the spiking layers, in order.</summary>
    public List<NeuronReference[]> Stages { get; } = [];

    /// <summary>By layer and step, the coefficients that the last walk arrived at on its values.</summary>
    public Dictionary<string, double[][]> Forms { get; private set; } = [];

    /// <summary>Bounds all values.</summary>
    public void Run()
    {
        values["input"] = [.. Steps(t => Hull(set.Members.Select(member => member[Math.Min(t, member.Length - 1)])))];
        string before = "input";
        for (int at = 0; at < network.Layers.Count; at++)
        {
            var layer = network.Layers[at];
            reads[layer.Name] = [.. layer.Reads ?? [before]];
            var x = reads[layer.Name].Select(name => values[name]).ToArray();
            bool ofInput = reads[layer.Name] is ["input"];
            values[layer.Name] = layer.Kind switch
            {
                "Lif" or "Neuron" => Spikes(layer, at, x[0]),
                "Recurrent" => x[0],
                "Add" => [.. Steps(t => x[0][t].Select((_, i) => x.Select(source => source[t][i]).Aggregate((a, b) => a + b)).ToArray())],
                "Concat" => [.. Steps(t => x.SelectMany(source => source[t]).ToArray())],
                "Delay" => [.. Steps(t => t < Delay(layer) ? new Between[x[0][t].Length] : x[0][t - Delay(layer)])],
                // Of the inputs, an affine map has its ends among its members' values.
                "Linear" when ofInput => [.. Steps(t => Hull(set.Members.Select(member => network.Apply(layer, [], member[Math.Min(t, member.Length - 1)]))))],
                _ => [.. Steps(t => Affine(layer, x[0][t]))],
            };
            before = layer.Name;
        }
    }

    /// <summary>The margin's bound by lines.</summary>
    public double ByLines(int own, int rival) => Back(own, rival, relax: true) / network.Scale;

    /// <summary>The margin's bound over the bounds of the spikes that lead to it without neurons between.</summary>
    public double OverSpikes(int own, int rival) => Back(own, rival, relax: false) / network.Scale;

    private Between[][] Spikes(LayerSpec layer, int at, Between[][] currents)
    {
        var back = network.Layers.ElementAtOrDefault(at + 1) is { Kind: "Recurrent" } recurrent ? recurrent : null;
        int index = Stages.Count;
        NeuronReference[] each = [.. currents[0].Select((_, i) => new NeuronReference(Equations(layer), network.Steps, float32: false, layer.Kind == "Lif" ? t => slope(index, t, i) : null))];
        var spikes = new Between[network.Steps][];
        for (int t = 0; t < network.Steps; t++)
        {
            double[] zero = new double[each.Length];
            for (int i = 0; i < each.Length; i++)
            {
                // Column by column, for what comes back has no bias.
                var joins = t == 0 || back is null ? default : spikes[t - 1].Select((spike, j) => network.Back(back, Unit(each.Length, j))[i] * spike).Aggregate((a, b) => a + b);
                each[i].Step(t, currents[t][i] + joins);
            }

            spikes[t] = [.. each.Select(neuron => new Between(neuron.Phases[t] == 1 ? 1 : 0, neuron.Phases[t] == -1 ? 0 : 1))];
        }

        neurons[layer.Name] = each;
        Stages.Add(each);
        return spikes;
    }

    private double Back(int own, int rival, bool relax)
    {
        double constant = 0;
        var forms = Forms = values.ToDictionary(value => value.Key, value => value.Value.Select(step => new double[step.Length]).ToArray());
        for (int t = 0; t < network.Steps; t++)
        {
            (forms[network.Layers[^1].Name][t][own], forms[network.Layers[^1].Name][t][rival]) = (network.ReadoutWeight(t), -network.ReadoutWeight(t));
        }

        for (int at = network.Layers.Count - 1; at >= 0; at--)
        {
            var layer = network.Layers[at];
            var form = forms[layer.Name];
            string[] sources = reads[layer.Name];
            switch (layer.Kind)
            {
                case "Lif" or "Neuron" when !relax:
                    constant += form.Select((step, t) => step.Select((a, i) => (a * values[layer.Name][t][i]).Lower).Sum()).Sum();
                    break;
                case "Lif" or "Neuron":
                    // A layer that nothing read weighs has no line either.
                    constant += Array.TrueForAll(form, step => Array.TrueForAll(step, a => a == 0)) && !IsRead(layer.Name) ? 0 : ThroughNeurons(layer, at, form, forms[sources[0]]);
                    break;
                case "Linear":
                    for (int t = 0; t < network.Steps; t++)
                    {
                        double[] zero = network.Apply(layer, [], new double[values[sources[0]][t].Length]);
                        constant += form[t].Zip(zero, (a, y) => a * y).Sum();
                        for (int i = 0; i < forms[sources[0]][t].Length; i++)
                        {
                            forms[sources[0]][t][i] += network.Apply(layer, [], Unit(forms[sources[0]][t].Length, i)).Select((y, o) => form[t][o] * (y - zero[o])).Sum();
                        }
                    }

                    break;
                case "Delay":
                    for (int t = Delay(layer); t < network.Steps; t++)
                    {
                        Add(forms[sources[0]][t - Delay(layer)], form[t]);
                    }

                    break;
                case "Concat":
                    for (int t = 0; t < network.Steps; t++)
                    {
                        int from = 0;
                        foreach (string source in sources)
                        {
                            Add(forms[source][t], form[t][from..(from += forms[source][t].Length)]);
                        }
                    }

                    break;
                default:
                    foreach (string source in sources)
                    {
                        for (int t = 0; t < network.Steps; t++)
                        {
                            Add(forms[source][t], form[t]);
                        }
                    }

                    break;
            }
        }

        return constant + set.Members.Min(member => forms["input"].Select((step, t) => step.Select((a, i) => a * member[Math.Min(t, member.Length - 1)][i]).Sum()).Sum());
    }

    // From the last step to the first: what a step's currents weigh comes back to the spikes of the step before.
    private double ThroughNeurons(LayerSpec layer, int at, double[][] onSpikes, double[][] onCurrents)
    {
        var back = network.Layers.ElementAtOrDefault(at + 1) is { Kind: "Recurrent" } recurrent ? recurrent : null;
        var each = neurons[layer.Name];
        double[] before = [.. each.Select(neuron => neuron.Constant)];
        double[] later = new double[each.Length];
        for (int t = network.Steps - 1; t >= 0; t--)
        {
            double[] joins = back is null || t == network.Steps - 1 ? new double[each.Length]
                : [.. later.Select((_, j) => network.Back(back, Unit(each.Length, j)).Select((weight, i) => weight * later[i]).Sum())];
            for (int i = 0; i < each.Length; i++)
            {
                each[i].Back(t, t == network.Steps - 1, onSpikes[t][i] + joins[i]);
            }

            later = [.. each.Select(neuron => neuron.OnCurrents[t])];
            Add(onCurrents[t], later);
        }

        return each.Select((neuron, i) => neuron.Constant - before[i]).Sum();
    }

    private bool IsRead(string name) => name == network.Layers[^1].Name || reads.Any(layer => layer.Value.Contains(name));

    private Between[] Affine(LayerSpec layer, Between[] x)
    {
        double[] zero = network.Apply(layer, [], new double[x.Length]);
        return [.. zero.Select((y, o) => x.Select((value, i) => (network.Apply(layer, [], Unit(x.Length, i))[o] - y) * value).Aggregate(Between.Exactly(y), (a, b) => a + b))];
    }

    private IEnumerable<T> Steps<T>(Func<int, T> of) => Enumerable.Range(0, network.Steps).Select(of);

    private static NeuronEquations Equations(LayerSpec layer) => layer.Kind == "Neuron" ? NeuronEquations.Parse(layer.Text) : NeuronEquations.Lif(
        new((float)TinyNetwork.Constant(layer, "threshold")), (float)TinyNetwork.Constant(layer, "decay"),
        layer.Constants["reset"] == "Soft" ? null : (float)TinyNetwork.Constant(layer, "resetValue"));

    private static int Delay(LayerSpec layer) => (int)TinyNetwork.Constant(layer, "steps");

    private static Between[] Hull(IEnumerable<double[]> members) =>
        [.. members.Select(member => member.Select(Between.Exactly).ToArray()).Aggregate((a, b) => [.. a.Zip(b, (one, other) => one.Join(other))])];

    private static double[] Unit(int size, int at) => [.. Enumerable.Range(0, size).Select(i => i == at ? 1.0 : 0)];

    private static void Add(double[] to, double[] more)
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] += more[i];
        }
    }
}
