using SnnDsl.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Graphs;

/// <summary>The networks of this folder with weights and inputs.</summary>
internal static class GraphCases
{
    public const int Samples = 3;

    /// <summary>A network as it is deployed with random weights and statistics, which are float32 numbers, and inputs.</summary>
    public static (SpikingModule Network, Tensor Input) Draw(string name, ScalarType type, int seed)
    {
        random.manual_seed(seed);
        SpikingModule network = name switch
        {
            nameof(Summed) => new Summed(seed),
            nameof(Currents) => new Currents(seed),
            nameof(Branched) => new Branched(seed),
            nameof(Delayed) => new Delayed(seed),
            _ => new Pooled(seed),
        };
        using (no_grad())
        {
            foreach (var (parameter, weight) in network.state_dict().Where(entry => entry.Value.is_floating_point()))
            {
                double scale = weight.dim() == 1 ? 0.25 : 1.6 / Math.Sqrt(weight.numel() / (double)weight.shape[0]);
                var drawn = parameter.EndsWith("running_var", StringComparison.Ordinal) || (parameter.StartsWith("bn") && parameter.EndsWith(".weight"))
                    ? rand(weight.shape) + 0.5
                    : (rand(weight.shape) * 2 - 0.7) * scale;
                weight.copy_(drawn);
            }
        }

        network.to(type);
        network.eval();
        long[] shape = [.. network.Description.InputShape];
        var input = network.Description.Encoding == Encoding.Spikes
            ? (rand([network.Steps, Samples, .. shape]) < 0.35).to(type)
            : rand([Samples, .. shape]).to(type);
        return (network, input);
    }

    /// <summary>The first network of float32 numbers, from a seed on, that tells some inputs apart: its first class leads strictly.</summary>
    /// <param name="name">The network.</param>
    /// <param name="inputs">Makes the inputs of those that are drawn with it, as <c>forward</c> takes them.</param>
    /// <param name="seed">The first seed.</param>
    /// <param name="least">Of how many inputs.</param>
    public static (SpikingModule Network, Tensor Input) DrawDecided(string name, Func<Tensor, Tensor> inputs, int seed, int least)
    {
        using var guard = no_grad();
        for (; ; seed++)
        {
            var (network, input) = Draw(name, ScalarType.Float32, seed);
            var drawn = inputs(input);
            var best = network.forward(drawn).topk(2, 1).values;
            if ((best.select(1, 0) > best.select(1, 1)).sum().ToInt32() >= least)
            {
                return (network, drawn);
            }

            network.Dispose();
        }
    }
}
