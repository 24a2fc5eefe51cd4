using SnnDsl.Affine;
using static TorchSharp.torch;

namespace SnnDsl.Events;

/// <summary>An affine map in event-driven form with its weights, and the weights' absolute values, in float32.</summary>
/// <param name="Map">The map.</param>
/// <param name="Weight">W, in PyTorch's order.</param>
/// <param name="Bias">b, or null.</param>
/// <param name="AbsoluteWeight">|W|.</param>
/// <param name="AbsoluteBias">|b|, or null.</param>
/// <param name="OutputShape">The shape of an output, channels first.</param>
internal sealed record RoundedMap(
    EventMap Map, Tensor Weight, Tensor? Bias, Tensor AbsoluteWeight, Tensor? AbsoluteBias, long[] OutputShape)
{
    /// <summary>Inputs and outputs together.</summary>
    public long Values => (long)Map.Inputs + Map.Outputs;

    /// <summary>The most outputs that one input reaches, and the roundings of a weight: those of a coefficient that is pulled back.</summary>
    public int Reach => (int)Math.Min(Map.Outputs, Map.Weights / Map.Channels) + Map.WeightRoundings;

    /// <summary>The roundings of a sum over some inputs that are not 0.</summary>
    /// <param name="inputs">How many.</param>
    public int Terms(int inputs) => inputs == 0 ? 0 : Math.Min(inputs, Map.Back) + Map.WeightRoundings;

    /// <summary>The form of a map, alone or behind a flattening; null where there is none.</summary>
    /// <param name="map">With its weights.</param>
    /// <param name="absolute">The same map with their absolute values.</param>
    public static RoundedMap? Of(AffineMap map, AffineMap absolute)
    {
        var (last, flatten) = Last(map);
        return last?.OnRoundedEvents(flatten) is var (events, weight, bias) && Last(absolute).Map!.OnRoundedEvents(flatten) is var (_, absoluteWeight, absoluteBias)
            ? new(events, weight, bias, absoluteWeight, absoluteBias, map.OutputShape)
            : null;
    }

    private static (AffineMap? Map, FlattenMap? Flatten) Last(AffineMap map) => map switch
    {
        AffineChain { Maps: [FlattenMap flatten, var only] } => (only, flatten),
        AffineChain { Maps: [var only] } => (only, null),
        AffineChain => (null, null),
        _ => (map, null),
    };
}
