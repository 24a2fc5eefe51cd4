using SnnDsl.Networks;
using SnnDsl.Verification.Arithmetic;
using SnnDsl.Verification.Bounds;
using SnnDsl.Verification.Inputs;
using SnnDsl.Verification.Networks;
using static TorchSharp.torch;

namespace SnnDsl.Verification.Records;

/// <summary>
/// What the float32 network computes for one input. Where the signs of all margins follow from bounds of every float32 run, they are known
/// without running the deployed code; where rounding can decide one that matters, that code does.
/// </summary>
/// <param name="module">The deployed network.</param>
/// <param name="network">The same, as plain numbers.</param>
internal sealed class Replay(IDeployedNetwork module, Network<Float64> network)
{
    private static readonly Interval<Float64> Anything = new(new(double.NegativeInfinity), new(double.PositiveInfinity));

    /// <summary>Replays one input.</summary>
    /// <param name="input">A batch of one.</param>
    /// <param name="index">The sample's index in its data set.</param>
    /// <param name="label">The class.</param>
    public Replayed Run(Tensor input, long index, int label)
    {
        var (logits, numerators) = Bounds(input, index);
        int[] rivals = [.. Enumerable.Range(0, network.Classes).Where(rival => rival != label)];
        Interval<Float64>[] margins = [.. rivals.Select(rival => logits[label] - logits[rival])];
        // Of rates the counts tell more: equal ones give equal rates.
        Interval<Float64>[] signs = [.. rivals.Select(rival => numerators[label] - numerators[rival])];
        bool fails = Array.Exists(signs, sign => sign.Upper.Value <= 0);
        if (fails || Array.TrueForAll(signs, sign => sign.Lower.Value > 0))
        {
            return new(logits, margins, fails, Replayed.AnyOrder);
        }

        float[] deployed = Deployed(input, index);
        if (!Array.TrueForAll(logits, logit => double.IsFinite(logit.Magnitude.Value)))
        {
            // Nothing else is known of them.
            logits = Array.ConvertAll(deployed, logit => (Interval<Float64>)Float64.From(logit));
            margins = [.. rivals.Select(rival => logits[label] - logits[rival])];
        }

        return new(logits, margins, Array.Exists(rivals, rival => !(deployed[label] > deployed[rival])), Replayed.Deployed);
    }

    // Of every logit, and of what it is a quotient of: counts, where those are exact, or the logit itself.
    private (Interval<Float64>[] Logits, Interval<Float64>[] Numerators) Bounds(Tensor input, long index)
    {
        try
        {
            var bounds = new IntervalPass<Float64>(network, Point(input, index), new() { Float32 = true, Products = true }).Run();
            var logits = Enumerable.Range(0, network.Classes).Select(logit => Logit(bounds, logit)).ToArray();
            return (
                [.. logits.Select(logit => logit.Value)],
                [.. logits.Select(logit => network.ReadsCounts ? logit.Sum : logit.Value)]);
        }
        catch (FormatException)
        {
            // Sums that may overflow in float32.
            var unknown = Enumerable.Repeat(Anything, network.Classes).ToArray();
            return (unknown, unknown);
        }
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

    private (Interval<Float64> Value, Interval<Float64> Sum) Logit(NetworkBounds<Float64> bounds, int logit)
    {
        Interval<Float64> sum = default(Float64), size = default(Float64);
        for (int t = 0; t < network.Steps; t++)
        {
            var (output, weight) = (bounds.Outputs(t)[logit], network.ReadoutWeight(t));
            sum += weight * output;
            size += weight * (Interval<Float64>)output.Magnitude;
        }

        var (value, total) = network.MarginScale != 1 || network.MembraneDecay is null
            ? (sum / Float64.From(network.Steps), size / Float64.From(network.Steps))
            : (sum, size);
        var lost = Float64.Above(SinglePrecision.Gamma<Float64>(network.ReadoutRoundings) * total.Upper);
        return (value.Widen(Float64.Above(lost + SinglePrecision.Underflow<Float64>(network.ReadoutRoundings))), sum);
    }

    private float[] Deployed(Tensor input, long index)
    {
        using var scope = NewDisposeScope();
        return Sample.Numbers(module.Deployed(input, new[] { index }));
    }
}
