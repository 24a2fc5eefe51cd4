using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Two neurons, as docs/by-hand.md works them out: its numbers are the ones that come out.</summary>
[SpikingNetwork(TimeSteps = 2)]
[Input(2)]
[Linear(2, Bias = false)]
[Lif(Threshold = 0.5, Decay = 0.5)]
public sealed partial class ByHand;

public class ByHandTests
{
    [Fact]
    public void TheNumbersOfThePageComeOut()
    {
        using var scope = NewDisposeScope();
        using var network = new ByHand();
        network.load_state_dict(new Dictionary<string, Tensor> { ["fc1.weight"] = tensor(new float[,] { { 1, -1 }, { -1, 1 } }) });
        var image = tensor(new float[,] { { 0.8f, 0.2f } });
        using var trace = network.Trace(image);
        Assert.Equal([0.6, 0.6], trace.Layers[0].Membranes[TensorIndex.Colon, 0, 0].to(float64).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);
        Assert.Equal([-0.6, -0.9], trace.Layers[0].Membranes[TensorIndex.Colon, 0, 1].to(float64).data<double>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6);

        var box = new LInfinity(0.1);
        var label = tensor(new long[] { 0 });
        double Single(BoundMethod method) => network.BoundMargins(box.Apply(network, image), label, method).item<float>();
        Assert.Equal(0, Single(BoundMethod.SIbp));
        Assert.Equal(-0.015, Single(BoundMethod.SCrownPaper), 3);
        Assert.Equal(0.045, Single(BoundMethod.SCrown), 3);

        var data = Dataset.FromTensors(image, label);
        foreach (var method in new[] { CertificationMethod.SIbp, CertificationMethod.Bab, CertificationMethod.Auto })
        {
            var record = Assert.Single(new Certifier(network, box, method).Run(data).Records);
            Assert.Equal(Verdict.Certified, record.Verdict);
            Assert.Equal(0.4999995, record.LowerBounds![0], 1e-7);
        }

        // The best that there is: with a current of 0.45 A fires once.
        using var half = network.Trace(tensor(new float[,] { { 0.725f, 0.275f } }));
        Assert.Equal(1, half.Layers[0].Spikes[TensorIndex.Colon, 0, 0].sum().item<float>());
        Assert.Equal(0, half.Layers[0].Spikes[TensorIndex.Colon, 0, 1].sum().item<float>());

        var wide = Assert.Single(new Certifier(network, new LInfinity(0.2), CertificationMethod.Auto).Run(data).Records);
        Assert.Equal(Verdict.Falsified, wide.Verdict);
    }
}
