using SnnDsl.Networks;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Records;

/// <summary>
/// What the float32 network computes for one input. Where no membrane comes so near to its threshold that the order of a sum could
/// decide, it is known without running the deployed code; elsewhere that code decides.
/// </summary>
/// <param name="module">The deployed network.</param>
/// <param name="network">The same, as plain numbers.</param>
internal sealed class Replay(SpikingModule module, Network<Float64> network)
{
    // Logits that are known as well as that need no run of the deployed code.
    private const double Known = 1e-4;

    /// <summary>The logits of one input.</summary>
    /// <param name="input">A batch of one.</param>
    /// <param name="index">The sample's index in its data set.</param>
    public Interval<Float64>[] Logits(Tensor input, long index)
    {
        var bounds = new IntervalPass<Float64>(network, Point(input, index), new() { Float32 = true }).Run();
        var logits = Enumerable.Range(0, network.Classes).Select(logit => Logit(bounds, logit)).ToArray();
        return Array.TrueForAll(logits, logit => logit.Upper.Value - logit.Lower.Value <= Known * Math.Max(1, logit.Magnitude.Value))
            ? logits
            : Deployed(input, index);
    }

    private IInputSet<Float64> Point(Tensor input, long index)
    {
        var values = Sample.Values(input, network.Encoding == Encoding.Spikes);
        return network.Encoding switch
        {
            Encoding.Direct => new PixelBox<Float64>(PixelBox<Float64>.Exactly(values[0])),
            Encoding.Poisson => new NestedSpikes<Float64>(
                PixelBox<Float64>.Exactly(values[0]), Noise.Draw(module.EncodingSeed, index, network.Steps, network.Inputs)),
            _ => new FlippedSpikes<Float64>(values[..network.Steps], 0, mayInsert: false, mayDelete: false),
        };
    }

    private Interval<Float64> Logit(NetworkBounds<Float64> bounds, int logit)
    {
        Interval<Float64> sum = default(Float64), size = default(Float64);
        for (int t = 0; t < network.Steps; t++)
        {
            var (output, weight) = (bounds.Outputs(t)[logit], network.ReadoutWeight(t));
            sum += weight * output;
            size += weight * (Interval<Float64>)output.Magnitude;
        }

        var (value, total) = network.MembraneDecay is null
            ? (sum / Float64.From(network.Steps), size / Float64.From(network.Steps))
            : (sum, size);
        return value.Widen(Float64.Above(SinglePrecision.Lost<Float64>((3 * network.Steps) + 2) * total.Upper));
    }

    private Interval<Float64>[] Deployed(Tensor input, long index)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var weight = module.parameters().First();
        return Array.ConvertAll(
            Sample.Numbers(module.forward(input.to(weight.dtype).to(weight.device), new[] { index })),
            logit => (Interval<Float64>)Float64.From(logit));
    }
}
