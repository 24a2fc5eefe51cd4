using SnnDsl.Kernels;
using static TorchSharp.torch;

namespace SnnDsl.Cuda.Tests;

/// <summary>
/// The emitted CUDA kernels against the vectorised C# kernels, through the autograd functions that launch either: every number the
/// same. Only a row's constant may differ by a rounding: its float64 terms are added in another order; and gradients of surrogates that take an exponential,
/// of which each language has its own.
/// </summary>
/// <param name="Kernel">The C# kernels of a kind of neuron.</param>
/// <param name="Cuda">The CUDA kernels.</param>
/// <param name="Device">Where the latter run.</param>
internal sealed record Agreement(NeuronKernel Kernel, CudaKernels Cuda, Device Device)
{
    private const int Steps = 5;

    static Agreement() => set_num_threads(1);

    public void OfSpikes() => Each((draw, constant) =>
    {
        var current = draw.Currents(constant ? [3, 4, 5] : [Steps, 3, 4, 5]);
        var (expected, gradients) = Run(
            [current], CPU, leaves => new FireFunction(Kernel, Steps, constant).Apply(leaves[0]), draw.Again());
        var (actual, cudaGradients) = Run(
            [current], Device, leaves => new CudaFireFunction(Cuda, Steps, constant).Apply(leaves[0]), draw.Again());
        Same(expected, actual);
        SameGradients(gradients, cudaGradients);

        using (no_grad())
        {
            Same(expected, new CudaFireFunction(Cuda, Steps, constant).Apply(current.to(Device)));
        }
    });

    public void OfIntervals() => Each((draw, constant) =>
    {
        var lower = draw.Currents(constant ? [7, 9] : [Steps, 7, 9]);
        var upper = lower + draw.Widths(lower.shape);
        var (expected, gradients) = Run(
            [lower, upper], CPU, leaves => new IntervalsFunction(Kernel, Steps, constant).Apply(leaves), draw.Again());
        var (actual, cudaGradients) = Run(
            [lower, upper], Device, leaves => new CudaIntervalsFunction(Cuda, Steps, constant).Apply(leaves), draw.Again());
        Same(expected, actual);
        SameGradients(gradients, cudaGradients);
    });

    public void OfLines() => Each((draw, sum) =>
    {
        const int samples = 3, rows = 4;
        foreach (var rule in Enum.GetValues<RelaxationRule>())
        {
            foreach (var (hasSpikes, hasRow) in ((bool, bool)[])[(true, true), (true, false), (false, true)])
            {
                var lower = draw.Bounds(Steps, samples, 19);
                var upper = lower + draw.Widths(lower.shape);
                var spikes = hasSpikes ? draw.Coefficients(Steps, samples, rows, 19) : null;
                var row = hasRow ? draw.Coefficients(samples, rows, 19) : null;
                Tensor?[] inputs = [spikes, row, lower, upper];
                var (expected, gradients) = Run(
                    inputs, CPU, leaves => new RelaxFunction(Kernel, rule, sum).Apply(leaves), draw.Again());
                var (actual, cudaGradients) = Run(
                    inputs, Device, leaves => new CudaRelaxFunction(Cuda, rule, sum).Apply(leaves), draw.Again());
                Same(expected[..1], actual[..1]);
                SameGradients(gradients, cudaGradients);
                float scale = expected[1].abs().max().item<float>();
                Assert.InRange((expected[1] - actual[1].cpu()).abs().max().item<float>(), 0, 1e-6f * scale);
            }
        }
    });

    private void Each(Action<Draw, bool> check)
    {
        using var scope = NewDisposeScope();
        foreach (bool constant in (bool[])[false, true])
        {
            for (int seed = 0; seed < 3; seed++)
            {
                check(new Draw(seed, Kernel.Parameters.Threshold), constant);
            }
        }
    }

    /// <summary>Outputs, and the gradients of a random weighting of them.</summary>
    private static (Tensor[] Outputs, List<Tensor> Gradients) Run(
        Tensor?[] inputs, Device device, Func<Tensor[], Tensor[]> function, Draw weights)
    {
        Tensor[] leaves = [.. inputs.Select(input => input?.to(device).clone().requires_grad_()!)];
        var outputs = function(leaves);
        outputs.Select(output => (output * weights.Coefficients(output.shape).to(device)).sum()).Aggregate((a, b) => a + b).backward();
        return (outputs, [.. leaves.Where(leaf => leaf is not null).Select(leaf => leaf.grad!)]);
    }

    private void SameGradients(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual)
    {
        if (Kernel.Parameters.Surrogate is not (Surrogate.Sigmoid or Surrogate.Gaussian or Surrogate.Erf or Surrogate.PiecewiseExponential))
        {
            Same(expected, actual);
            return;
        }

        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected.Zip(actual), pair =>
        {
            float scale = 1 + pair.First.abs().max().item<float>();
            Assert.InRange((pair.First - pair.Second.cpu()).abs().max().item<float>(), 0, 1e-5f * scale);
        });
    }

    private static void Same(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].shape, actual[i].shape);
            Assert.Equal(expected[i].data<float>().ToArray(), actual[i].cpu().data<float>().ToArray());
        }
    }
}
