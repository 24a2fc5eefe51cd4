using SnnDsl.Verification.Arithmetic;

namespace SnnDsl.Verification.Networks;

/// <summary>A spiking layer and the affine maps that lead to it; at least one.</summary>
/// <typeparam name="T">The numbers.</typeparam>
/// <param name="Maps">The maps.</param>
/// <param name="Neurons">The neurons.</param>
internal sealed record SpikingStage<T>(MapChain<T> Maps, Neurons Neurons)
    where T : struct, IReal<T>
{
    /// <summary>What adds to the currents, made of the layer's own spikes of the step before; null for nothing.</summary>
    public AffineMap<T>? Recurrence { get; init; }

    /// <summary>How many neurons.</summary>
    public int Width => Maps.Maps[^1].Outputs;
}
