using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>
/// The gradient of the spikes by a product in bfloat16, which torch runs on all cores at once: gradients of some samples' currents are
/// rounded, multiplied with the rounded weights, and collected by the places that they reach.
/// </summary>
internal sealed unsafe class RoundedPullBack : IDisposable
{
    // Products that wait to be collected: they stay in the third cache.
    private const long Most = 1 << 21;

    // Shorter sums cost less than rounding their terms and handing them to torch.
    private const int ShortestSum = 32;

    private readonly EventPair pair;
    private readonly Tensor weight;
    private readonly Tensor gradients;
    private readonly Tensor products;

    /// <summary>Whether a map's product is faster in bfloat16.</summary>
    /// <param name="map">The map.</param>
    public static bool Pays(EventMap map) => map.OutputChannels >= ShortestSum;

    /// <summary>Rounds the weights.</summary>
    /// <param name="pair">Neurons and map.</param>
    /// <param name="samples">How many samples there are.</param>
    public RoundedPullBack(EventPair pair, long samples)
    {
        this.pair = pair;
        var map = pair.Map;
        long rows = (long)pair.Steps * map.OutputPlaces;
        Together = Math.Clamp(Most / (rows * map.Back), 1, samples);
        weight = empty([map.OutputChannels, map.Back], ScalarType.BFloat16);
        gradients = empty([Together * rows, map.OutputChannels], ScalarType.BFloat16);
        products = empty([Together * rows, map.Back], ScalarType.BFloat16);
        float* packed = PackedWeights.Of(pair.Weight).ByOutput(map, pair.Weight);
        Round(packed, TensorMemory.Address(weight), map.Weights);
    }

    /// <summary>How many samples are multiplied together.</summary>
    public long Together { get; }

    /// <summary>Multiplies for at most <see cref="Together"/> samples.</summary>
    /// <param name="outputGradients">dy of the first of them.</param>
    /// <param name="samples">How many.</param>
    public void Multiply(float* outputGradients, long samples)
    {
        Round(outputGradients, TensorMemory.Address(gradients), samples * pair.OutputSize);
        long rows = samples * pair.Steps * pair.Map.OutputPlaces;
        using var guard = no_grad();
        using var left = gradients.narrow(0, 0, rows);
        using var result = products.narrow(0, 0, rows);
        result.addmm_(left, weight, beta: 0, alpha: 1);
    }

    /// <summary>The gradients of a sample's spikes, [T, N].</summary>
    /// <param name="sample">Which of those that were multiplied.</param>
    /// <param name="spikeGradients">Written.</param>
    public void Collect(long sample, float* spikeGradients)
    {
        var map = pair.Map;
        long size = (long)map.OutputPlaces * map.Back;
        ushort* from = (ushort*)TensorMemory.Address(products) + sample * pair.Steps * size;
        for (int step = 0; step < pair.Steps; step++)
        {
            map.Collect(from + step * size, spikeGradients + (long)step * pair.Neurons);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        weight.Dispose();
        gradients.Dispose();
        products.Dispose();
    }

    private static void Round(float* from, nint to, long count) => Cores.Share(
        count, count, (first, last) => BFloat16s.Round(from + first, (ushort*)to + first, last - first), 2 * Cores.Line);
}
