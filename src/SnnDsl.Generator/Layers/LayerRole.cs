namespace SnnDsl.Generator.Layers;

/// <summary>What a layer does to the values that pass through it, which is all that rules about the order of layers need.</summary>
internal enum LayerRole
{
    /// <summary>An affine map without state.</summary>
    Affine,

    /// <summary>Neurons with a membrane that fire.</summary>
    Spiking,

    /// <summary>Folds into the affine map before it.</summary>
    Normalising,

    /// <summary>Leaves values out while the network trains, and is nothing afterwards.</summary>
    Dropping,

    /// <summary>Spikes that are made of spikes, without a map before them.</summary>
    SpikePool,

    /// <summary>The same values in another shape.</summary>
    Reshape,

    /// <summary>Values of several layers together.</summary>
    Joining,

    /// <summary>The same values at later steps.</summary>
    Delaying,
}
