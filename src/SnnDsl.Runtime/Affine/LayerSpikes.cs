namespace SnnDsl.Affine;

/// <summary>
/// What a layer's neurons give to the maps behind them, not yet computed: what reads it decides in which form it comes. A fully connected
/// layer or a convolution takes spikes as bits and adds the weights of those that are set; everything else gets tensors of zeros and ones.
/// </summary>
/// <typeparam name="TSelf">The kind: spikes, or bounds of them.</typeparam>
/// <typeparam name="TValue">The same in tensors, which is what maps make of it, too.</typeparam>
public abstract class LayerSpikes<TSelf, TValue>
{
    private protected LayerSpikes()
    {
    }

    /// <summary>In tensors.</summary>
    /// <param name="spikes">The spikes.</param>
    public static implicit operator TValue(LayerSpikes<TSelf, TValue> spikes) => spikes.Computed();

    /// <summary>In tensors, computed where they are not yet, [T, B, ...].</summary>
    private protected abstract TValue Computed();

    /// <summary>The outputs of an affine map of the spikes, [T, B, ...].</summary>
    /// <param name="map">The map.</param>
    internal abstract TValue Through(AffineMap map);

    /// <summary>The same spikes, read as vectors.</summary>
    /// <param name="map">How.</param>
    internal abstract TSelf Through(FlattenMap map);

    /// <summary>The maxima of the spikes over squares, [T, B, ...].</summary>
    /// <param name="map">The pool.</param>
    /// <param name="window">Its square.</param>
    internal abstract TValue Maximum(OrPool2dMap map, Window window);
}
