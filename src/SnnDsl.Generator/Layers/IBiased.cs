namespace SnnDsl.Generator.Layers;

/// <summary>An affine layer with trained weights, and perhaps a bias.</summary>
internal interface IBiased
{
    /// <summary>Whether there is one.</summary>
    bool Bias { get; }
}
