namespace SnnDsl.Generator.Layers;

/// <summary>What a layer does to the values that pass through it, which is all that rules about the order of layers need.</summary>
internal enum LayerRole
{
    /// <summary>An affine map without state.</summary>
    Affine,

    /// <summary>Neurons with a membrane that fire.</summary>
    Spiking,

    /// <summary>The same values in another shape.</summary>
    Reshape,
}
