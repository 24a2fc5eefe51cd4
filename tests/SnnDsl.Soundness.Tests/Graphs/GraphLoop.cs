using System.Reflection;
using SnnDsl.Networks;
using SnnDsl.Soundness.Tests.Neurons;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Graphs;

/// <summary>
/// The networks of this folder as they would be written by hand, step by step in torch with autograd: it knows the attributes of neurons, and
/// nothing of the compiler or of nodes.
/// </summary>
/// <param name="module">The network, whose weights are taken by name.</param>
internal sealed class GraphLoop(SpikingModule module)
{
    private readonly List<Tensor> guards = [];

    /// <summary>Runs encoded input.</summary>
    public NeuronLoop.Run Fire(Tensor encoded, int steps)
    {
        guards.Clear();
        Tensor[] x = [.. Enumerable.Range(0, steps).Select(t => module.Description.Encoding == Encoding.Direct ? encoded : encoded[t])];
        Tensor[] outputs = module switch
        {
            Summed => OfSummed(x),
            Currents => OfCurrents(x),
            Branched => OfBranched(x),
            Pooled => OfPooled(x),
            Delayed => OfDelayed(x),
            _ => throw new ArgumentException($"There is no {module}."),
        };
        var logits = module is Currents ? outputs.Aggregate((membrane, output) => membrane * 0.5 + output) : stack(outputs).mean([0L]);
        return new(logits, [.. guards]);
    }

    private Tensor[] OfSummed(Tensor[] x)
    {
        var n1 = Neurons("n1", Linear("fc1", x));
        var sum1 = Add(Neurons("n2", Linear("fc2", n1)), n1);
        var sum2 = Add(Add(Neurons("n3", Linear("fc3", sum1)), sum1), n1);
        return Neurons("n4", Linear("fc4", sum2));
    }

    private Tensor[] OfCurrents(Tensor[] x)
    {
        var bn1 = Norm("bn1", Conv("conv1", x, 1, 1));
        var add1 = Add(Norm("bn2", Conv("conv2", Neurons("n1", bn1), 1, 1)), bn1);
        var add2 = Add(Conv("down", add1, 2, 0), Conv("conv3", Neurons("n2", add1), 2, 1));
        return Linear("fc1", Each(Neurons("n3", add2), s => s.flatten(1)));
    }

    private Tensor[] OfBranched(Tensor[] x)
    {
        var flat = Each(x, s => s.flatten(1));
        var n1 = Neurons("n1", Linear("fc1", flat));
        var n2 = Neurons("n2", Linear("fc2", flat));
        var n3 = Neurons("n3", Linear("fc3", Join(n2, n1)));
        return Linear("fc4", Join(n3, n2, n1));
    }

    private Tensor[] OfPooled(Tensor[] x)
    {
        var pool = Each(Neurons("n1", Conv("conv1", x, 1, 1)), s => nn.functional.max_pool2d(s, 2));
        // The compiler makes a sum and neurons of the maximum, whose membranes are sums.
        guards.Add(stack(Each(pool, s => s)));
        var both = Join(Conv("conv3", pool, 1, 0), Conv("conv2", pool, 1, 1));
        return Neurons("n3", Linear("fc1", Each(Neurons("n2", both), s => s.flatten(1))));
    }

    private Tensor[] OfDelayed(Tensor[] x)
    {
        var fc1 = Linear("fc1", x);
        var n1 = Neurons("n1", fc1);
        var n2 = Neurons("n2", Add(Linear("fc2", Later(n1, 2)), Later(fc1, 1)));
        return Neurons("n3", Later(Linear("fc3", Join(n2, n1)), 1));
    }

    private Tensor Weight(string name) => module.state_dict()[name];

    private Tensor[] Linear(string name, Tensor[] x) => Each(x, value => nn.functional.linear(value, Parameter($"{name}.weight")!, Parameter($"{name}.bias")));

    private Tensor[] Conv(string name, Tensor[] x, long stride, long padding) => Each(x, value => Convolution.Of(
        value, Parameter($"{name}.weight")!, Parameter($"{name}.bias"), stride, padding));

    private Tensor[] Norm(string name, Tensor[] x)
    {
        Tensor Of(Tensor values) => values.view(1, -1, 1, 1);
        return Each(x, value => (value - Of(Weight($"{name}.running_mean"))) / (Of(Weight($"{name}.running_var")) + 1e-5f).sqrt()
            * Of(Parameter($"{name}.weight")!) + Of(Parameter($"{name}.bias")!));
    }

    private Tensor[] Neurons(string name, Tensor[] currents)
    {
        var declared = module.GetType().GetCustomAttributes<SpikingAttribute>().Single(layer => layer.Name == name);
        var (spikes, guard) = NeuronLoop.Fire(declared, currents, back: NeuronLoop.Back(module, declared));
        guards.Add(stack(guard));
        return spikes;
    }

    private Tensor? Parameter(string name) => module.named_parameters().FirstOrDefault(entry => entry.name == name).parameter;

    private static Tensor[] Add(Tensor[] a, Tensor[] b) => [.. a.Zip(b, (one, other) => one + other)];

    private static Tensor[] Later(Tensor[] x, int delay) => [.. x.Select((value, t) => t < delay ? zeros_like(value) : x[t - delay])];

    private static Tensor[] Join(params Tensor[][] values) => [.. Enumerable.Range(0, values[0].Length).Select(t => cat([.. values.Select(value => value[t])], 1))];

    private static Tensor[] Each(Tensor[] values, Func<Tensor, Tensor> change) => Array.ConvertAll(values, value => change(value));
}
