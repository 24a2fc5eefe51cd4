namespace SnnDsl.Generator.Layers;

/// <summary>An affine layer with trained weights, by output or output channel, and perhaps a bias.</summary>
internal interface IBiased
{
    /// <summary>Whether there is one.</summary>
    bool Bias { get; }
}
