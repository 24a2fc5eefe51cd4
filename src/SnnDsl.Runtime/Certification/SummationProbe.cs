using SnnDsl.Affine;
using SnnDsl.Kernels;
using SnnDsl.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Certification;

/// <summary>
/// Whether a network's layers are summed directly in float32 on their device, as rounding-safe bounds assume: each is run on inputs with
/// one value other than 0, where a direct sum has one product and the bias, and must stay within three roundings of them. Reduced
/// precision (TF32, bf16) rounds the weight; Winograd and FFT mix it with its neighbours.
/// </summary>
internal static class SummationProbe
{
    // Which algorithm runs depends on the batch: a single sample and a common batch.
    private static readonly int[] Batches = [1, 32];

    // All 24 bits of the mantissa count.
    private const float Probe = 1 + 8388607f / 16777216f;

    /// <summary>Checks all layers.</summary>
    /// <param name="network">The network, float32.</param>
    /// <exception cref="NotSupportedException">A layer is summed otherwise.</exception>
    public static void Check(SpikingModule network) =>
        Check(network.Stages, network.Description.Name, network.parameters().FirstOrDefault()?.device ?? CPU);

    /// <summary>Checks all layers of a network.</summary>
    /// <param name="stages">The network's stages.</param>
    /// <param name="name">Its name.</param>
    /// <param name="device">Where it runs.</param>
    /// <exception cref="NotSupportedException">A layer is summed otherwise.</exception>
    internal static void Check(NetworkStages stages, string name, Device device)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        foreach (var map in stages.Maps)
        {
            foreach (var link in map is AffineChain chain ? chain.Maps : [map])
            {
                if (link is not FlattenMap)
                {
                    Check(link, name, device);
                }
            }
        }
    }

    private static void Check(AffineMap map, string name, Device device)
    {
        long values = map.InputShape.Aggregate(1L, (a, b) => a * b), most = Batches.Max();
        using var scope = NewDisposeScope();
        // Spread over all values, so that convolutions meet every place of their kernel.
        long[] places = [.. Enumerable.Range(0, (int)most).Select(i => (i * (values / 2 + 7) + values / 2) % values)];
        var input = zeros(most, values, ScalarType.Float32, device);
        var at = tensor(places, ScalarType.Int64, device).unsqueeze(1);
        input.scatter_(1, at, at.Filled(Probe, ScalarType.Float32));
        input = input.view([most, .. map.InputShape]);
        var wide = map.With(weight => weight.to(ScalarType.Float64));
        var expected = wide.Apply(input.to(ScalarType.Float64));
        var size = wide.With(weight => weight.abs()).Apply(input.to(ScalarType.Float64));
        var allowed = size.Times(Rounding.Gamma(3, Rounding.Single) * Rounding.Up).Plus(8 * Rounding.Underflow);
        foreach (int batch in Batches)
        {
            var actual = map.Apply(input.narrow(0, 0, batch)).to(ScalarType.Float64);
            if (!(actual - expected.narrow(0, 0, batch)).abs().le(allowed.narrow(0, 0, batch)).all().item<bool>())
            {
                throw new NotSupportedException(
                    $"A {map.GetType().Name.Replace("Map", "")} of {name} ({string.Join('x', map.InputShape)} to "
                    + $"{string.Join('x', map.OutputShape)}) is not summed directly in float32 on {device}: rounding-safe bounds do not hold for "
                    + "reduced precision (TF32, bf16), Winograd or FFT. Turn it off, run the network on the CPU, or ask for precision float32, which bounds "
                    + "samples but certifies none.");
            }
        }
    }
}
