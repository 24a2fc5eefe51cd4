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
}
