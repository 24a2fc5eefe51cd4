using SnnDsl.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SnnDsl.Benchmarks.Eager;

/// <summary>
/// The convolutional network with batch normalisation and maxima of spikes as SNN code is written today: a loop over time steps, every step's
/// input through every layer, normalisation over a step's batch. <see cref="WholeBatch"/> normalises over all steps at once instead, as
/// emitted code does, which a loop cannot: layer by layer, neurons step by step.
/// </summary>
internal sealed class EagerCsnn
{
    private const int Blocks = 2;
    private static readonly long[] Pool = [2, 2];
    private static readonly long[] Padding = [1, 1];
    private readonly Dictionary<string, Tensor> statistics;

    public EagerCsnn(SpikingModule network)
    {
        Parameters = network.named_parameters().ToDictionary(named => named.name, named => new Parameter(named.parameter.detach().clone()));
        statistics = network.named_buffers().ToDictionary(named => named.name, named => named.buffer.clone());
    }

    /// <summary>The weights by their names.</summary>
    public IReadOnlyDictionary<string, Parameter> Parameters { get; }

    /// <summary>Logits [B, classes], step by step.</summary>
    /// <param name="pixels">[B, 1, 28, 28], the input of every step.</param>
    /// <param name="steps">T.</param>
    public Tensor Forward(Tensor pixels, int steps)
    {
        var rests = new Tensor?[Blocks + 2];
        Tensor? count = null;
        for (int t = 0; t < steps; t++)
        {
            using var scope = NewDisposeScope();
            var x = pixels;
            for (int block = 0; block < Blocks; block++)
            {
                (x, var rest) = EagerIf.Fire(Normalised(x, block), rests[block]);
                Scopes.Replace(ref rests[block], rest);
                x = nn.functional.max_pool2d(x, Pool);
            }

            x = x.flatten(1);
            for (int layer = 0; layer < 2; layer++)
            {
                (x, var rest) = EagerIf.Fire(nn.functional.linear(x, Parameters[$"fc{layer + 1}.weight"]), rests[Blocks + layer]);
                Scopes.Replace(ref rests[Blocks + layer], rest);
            }

            Scopes.Replace(ref count, count is null ? x : count + x);
        }

        return count! / steps;
    }

    /// <summary>Logits [B, classes], layer by layer: the emitted code's mathematics.</summary>
    /// <inheritdoc cref="Forward"/>
    public Tensor WholeBatch(Tensor pixels, int steps)
    {
        var x = pixels.repeat(steps, 1, 1, 1);
        for (int block = 0; block < Blocks; block++)
            x = nn.functional.max_pool2d(Fire(Normalised(x, block), steps), Pool);

        x = x.flatten(1);
        for (int layer = 0; layer < 2; layer++)
            x = Fire(nn.functional.linear(x, Parameters[$"fc{layer + 1}.weight"]), steps);

        return x.view(steps, -1, x.shape[1]).mean([0L]);
    }

    private static Tensor Fire(Tensor currents, int steps)
    {
        Tensor? rest = null;
        List<Tensor> spikes = [];
        foreach (var current in currents.chunk(steps))
        {
            (var spike, rest) = EagerIf.Fire(current, rest);
            spikes.Add(spike);
        }

        return cat(spikes);
    }

    private Tensor Normalised(Tensor x, int block) => nn.functional.batch_norm(
        nn.functional.conv2d(x, Parameters[$"conv{block + 1}.weight"], padding: Padding), statistics[$"bn{block + 1}.running_mean"],
        statistics[$"bn{block + 1}.running_var"], Parameters[$"bn{block + 1}.weight"], Parameters[$"bn{block + 1}.bias"], training: true);
}
