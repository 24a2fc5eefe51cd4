using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>Gradients of a chain's weights and biases, one sum for each thread, added up in the threads' order.</summary>
internal sealed unsafe class RelaxationGradients : IDisposable
{
    private readonly RelaxationPlan plan;
    private readonly int parts;
    private readonly Workspace workspace;
    private readonly nint[] weights;
    private readonly nint[] biases;

    /// <summary>Zeros.</summary>
    /// <param name="plan">The chain.</param>
    /// <param name="parts">The number of threads.</param>
    public RelaxationGradients(RelaxationPlan plan, int parts)
    {
        (this.plan, this.parts) = (plan, parts);
        var maps = plan.Stages.Where(stage => stage.Map is not null).Select(stage => stage.Map!).ToList();
        workspace = Workspace.Rent(parts * maps.Sum(map => map.Weights + map.OutputChannels), 2 * parts * maps.Count);
        weights = new nint[maps.Count * parts];
        biases = new nint[maps.Count * parts];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = Zeros(maps[i / parts].Weights);
            biases[i] = Zeros(maps[i / parts].OutputChannels);
        }
    }

    /// <summary>A thread's sum for the weight behind a stage, by output.</summary>
    /// <param name="stage">Which stage's map.</param>
    /// <param name="part">Which thread.</param>
    public float* Weight(int stage, int part) => (float*)weights[stage * parts + part];

    /// <summary>A thread's sum for the bias.</summary>
    /// <inheritdoc cref="Weight"/>
    public float* Bias(int stage, int part) => (float*)biases[stage * parts + part];

    /// <summary>Weight and bias gradients of each map, in PyTorch's order.</summary>
    public List<Tensor> Total()
    {
        List<Tensor> all = [];
        for (int i = 0; i < weights.Length / parts; i++)
        {
            var stage = plan.Stages[i];
            for (int part = 1; part < parts; part++)
            {
                Add(Weight(i, part), Weight(i, 0), stage.Map!.Weights);
                Add(Bias(i, part), Bias(i, 0), stage.Map.OutputChannels);
            }

            var weight = empty(stage.Weight!.Sizes());
            stage.Map!.UnpackByOutput(Weight(i, 0), (float*)TensorMemory.Address(weight));
            all.Add(weight);
            if (stage.Bias is null)
            {
                all.Add(null!);
                continue;
            }

            var bias = empty(stage.Bias.Sizes());
            new ReadOnlySpan<float>(Bias(i, 0), stage.Map.OutputChannels).CopyTo(new((void*)TensorMemory.Address(bias), stage.Map.OutputChannels));
            all.Add(bias);
        }

        return all;
    }

    /// <inheritdoc/>
    public void Dispose() => workspace.Dispose();

    private nint Zeros(long count)
    {
        float* values = workspace.Floats(count);
        new Span<float>(values, checked((int)count)).Clear();
        return (nint)values;
    }

    private static void Add(float* from, float* to, long count)
    {
        for (long i = 0; i < count; i++)
        {
            to[i] += from[i];
        }
    }
}
