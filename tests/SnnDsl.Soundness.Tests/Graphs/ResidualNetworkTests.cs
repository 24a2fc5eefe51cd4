using System.Reflection;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Networks;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Neurons;
using SnnDsl.Soundness.Tests.Reference;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Graphs;

/// <summary>Residual networks on 3x32x32: trained a step, then bounded; all of it against a loop by hand.</summary>
public class ResidualNetworkTests
{
    private const int Samples = 2;

    public ResidualNetworkTests() => set_num_threads(1);

    public static TheoryData<string> Networks => [nameof(SewResNet18), nameof(MsResNet)];

    [Theory, MemberData(nameof(Networks))]
    public void TrainsAStepAndIsBounded(string name)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(4);
        using SpikingModule network = name == nameof(SewResNet18) ? new SewResNet18(1) : new MsResNet(1);
        var (images, labels) = (rand([Samples, 3, 32, 32]), tensor(new long[] { 3, 7 }));
        // Batch norm over steps and samples: in training logits and gradients are those of the loop.
        network.train();
        var logits = network.forward(images);
        (logits * arange(10)).sum().backward();
        Tensor[] gradients = [.. network.parameters().Select(parameter => parameter.grad!.clone())];
        network.zero_grad();
        var expected = Run(network, images, training: true).Logits;
        (expected * arange(10)).sum().backward();
        Assert.True((logits - expected).abs().max().ToDouble() < 1e-4);
        Assert.All(network.parameters().Zip(gradients), pair =>
            Assert.True((pair.First.grad! - pair.Second).abs().max().ToDouble() <= 2e-3 * (1 + pair.Second.abs().max().ToDouble())));
        Assert.True(gradients.Count(gradient => gradient.abs().max().ToDouble() > 1e-6) > gradients.Length / 2);
        using var optimiser = optim.SGD(network.parameters(), 0.01);
        optimiser.step();
        // A certified loss has gradients, too.
        network.zero_grad();
        network.BoundMargins(new LInfinity(1e-3).Apply(network, images, null), labels, BoundMethod.SIbp).sum().backward();
        Assert.All(network.parameters(), parameter => Assert.True(parameter.grad is null || parameter.grad.isfinite().all().ToBoolean()));

        using var guard = no_grad();
        network.eval();
        Assert.True((network.forward(images) - Run(network, images, training: false).Logits).abs().max().ToDouble() < 1e-4);
        foreach (double epsilon in new[] { 1e-4, 2e-3 })
        {
            var perturbation = new LInfinity(epsilon);
            var bounds = new[] { CertificationMethod.SIbp, CertificationMethod.SCrown }.SelectMany(method =>
                new[] { Precision.Float32, Precision.RoundingSafe }.Select(precision =>
                {
                    using var bounder = new MarginBounder(network, method, precision);
                    return bounder.Bound(perturbation, images, labels);
                })).ToArray();
            var membranes = network.BoundMembranes(perturbation.Apply(network, images, null)).Computed().Membranes;
            for (int point = 0; point < 20; point++)
            {
                using var inner = NewDisposeScope();
                var run = Run(network, (images + (rand_like(images) * 2 - 1).sign() * epsilon).clamp(0, 1), training: false);
                for (int layer = 0; layer < membranes.Count; layer++)
                {
                    Assert.True((run.Guards[layer] >= membranes[layer].Lower - 1e-3).all().ToBoolean() && (run.Guards[layer] <= membranes[layer].Upper + 1e-3).all().ToBoolean());
                }

                var margin = (Margins.Rows(labels, 10, ScalarType.Float32) * run.Logits.unsqueeze(1)).sum(2L);
                Assert.All(bounds, bound => Assert.True((margin >= bound - 1e-4).all().ToBoolean()));
            }

            // Intervals know that rates lie between 0 and 1; lines do not.
            Assert.All(bounds.Take(2), bound => Assert.True(bound.min().ToDouble() >= -1 - 1e-3));
        }
    }

    // The network by its papers: blocks of two convolutions, each normalised, and neurons behind them (SEW) or before them (MS).
    private static NeuronLoop.Run Run(SpikingModule network, Tensor images, bool training)
    {
        var attributes = new Queue<LayerAttribute>(network.GetType().GetCustomAttributes<LayerAttribute>().Where(layer => layer is Conv2dAttribute));
        var names = new Queue<string>(network.Description.Layers.Where(layer => layer.Kind is "Conv2d").Select(layer => layer.Name));
        var norms = new Queue<string>(network.Description.Layers.Where(layer => layer.Kind is "BatchNorm2d").Select(layer => layer.Name));
        List<Tensor> guards = [];
        Tensor Weight(string name) => network.get_parameter(name) ?? network.get_buffer(name)!;
        Tensor[] x = [.. Enumerable.Repeat(images, network.Steps)];

        Tensor[] Conv(Tensor[] values)
        {
            var declared = (Conv2dAttribute)attributes.Dequeue();
            string conv = names.Dequeue(), bn = norms.Dequeue();
            var currents = stack(Array.ConvertAll(values, value => Convolution.Of(
                value, Weight($"{conv}.weight"), null, declared.Stride, declared.Padding)));
            var flat = currents.flatten(0, 1);
            var mean = training ? flat.mean([0, 2, 3]) : Weight($"{bn}.running_mean");
            var variance = training ? (flat - Of(mean)).pow(2).mean([0, 2, 3]) : Weight($"{bn}.running_var");
            currents = (currents - Of(mean)) / (Of(variance) + 1e-5f).sqrt() * Of(Weight($"{bn}.weight")) + Of(Weight($"{bn}.bias"));
            return [.. Enumerable.Range(0, values.Length).Select(t => currents[t])];
        }

        Tensor[] Lif(Tensor[] currents)
        {
            var (spikes, guard) = NeuronLoop.Fire(new LifAttribute(), currents);
            guards.Add(stack(guard));
            return spikes;
        }

        static Tensor[] Add(Tensor[] one, Tensor[] other) => [.. one.Zip(other, (a, b) => a + b)];
        static Tensor Of(Tensor values) => values.view(-1, 1, 1);
        bool isSew = network is SewResNet18;
        int blocks = isSew ? 8 : 4;
        var value = isSew ? Lif(Conv(x)) : Conv(x);
        for (int block = 0; block < blocks; block++)
        {
            bool shrinks = isSew ? block >= 2 && block % 2 == 0 : block >= 1;
            var main = isSew ? Lif(Conv(Lif(Conv(value)))) : Conv(Lif(Conv(Lif(value))));
            var shortcut = !shrinks ? value : isSew ? Lif(Conv(value)) : Conv(value);
            value = Add(main, shortcut);
        }

        value = isSew ? value : Lif(value);
        var outputs = Lif(Array.ConvertAll(value, spikes => nn.functional.linear(
            nn.functional.avg_pool2d(spikes, 4).flatten(1), Weight("fc.weight"), Weight("fc.bias"))));
        return new(stack(outputs).mean([0L]), guards);
    }
}
