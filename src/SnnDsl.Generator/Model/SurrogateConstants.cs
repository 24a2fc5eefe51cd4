namespace SnnDsl.Generator.Model;

/// <summary>
/// What emitted kernels hold of a surrogate's width: numbers that float32 rounds anew. They are derived here alone, for the kernels and
/// for the check of the declaration.
/// </summary>
/// <remarks>Equality: kind and width.</remarks>
/// <param name="Kind">The surrogate.</param>
/// <param name="Width">Its width w.</param>
internal readonly record struct SurrogateConstants(SurrogateKind Kind, float Width)
{
    /// <summary>Half the width of a rectangular surrogate, w / 2.</summary>
    public float HalfWidth => (float)((double)Width / 2);

    /// <summary>What a distance from the threshold is multiplied by: pi / w for the arctan, 1 / w for the others.</summary>
    public float Scale => (float)((Kind == SurrogateKind.Arctan ? Math.PI : 1) / (double)Width);

    /// <summary>The value on the threshold: 1 / (2 w) for the fast sigmoid, 1 / w for the others.</summary>
    public float Peak => (float)((Kind == SurrogateKind.FastSigmoid ? 0.5 : 1) / (double)Width);

    /// <summary>Whether every number that follows from the width, of any surrogate, is greater than 0 and finite as float32.</summary>
    public bool AreSound
    {
        get
        {
            float width = Width;
            return ((SurrogateKind[])Enum.GetValues(typeof(SurrogateKind))).Select(kind => new SurrogateConstants(kind, width))
                .SelectMany(all => new[] { all.Width, all.HalfWidth, all.Scale, all.Peak })
                .All(number => number > 0 && !float.IsInfinity(number));
        }
    }
}
