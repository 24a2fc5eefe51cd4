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

    /// <summary>What a distance from the threshold is multiplied by: pi / w for the arctan, 1 / (w sqrt(2)) for the Gaussian, 1 / w for the others.</summary>
    public float Scale => (float)(Kind switch { SurrogateKind.Arctan => Math.PI, SurrogateKind.Gaussian => Math.Sqrt(0.5), _ => 1 } / Width);

    /// <summary>
    /// The factor in front: 1 / (2 w) for the fast sigmoid and the piecewise exponential, 1 / (w sqrt(2 pi)) for the Gaussian, 1 / (w sqrt(pi)) for the
    /// error function, 1 / w for the others.
    /// </summary>
    public float Peak => (float)(Kind switch
    {
        SurrogateKind.FastSigmoid or SurrogateKind.PiecewiseExponential => 0.5,
        SurrogateKind.Gaussian => 1 / Math.Sqrt(2 * Math.PI),
        SurrogateKind.Erf => 1 / Math.Sqrt(Math.PI),
        _ => 1,
    } / Width);

    /// <summary>The width that makes a surrogate's greatest value 1.</summary>
    /// <param name="kind">The surrogate.</param>
    public static float DefaultWidth(SurrogateKind kind) => (float)(kind switch
    {
        SurrogateKind.FastSigmoid or SurrogateKind.PiecewiseExponential => 0.5,
        SurrogateKind.Sigmoid => 0.25,
        SurrogateKind.Gaussian => 1 / Math.Sqrt(2 * Math.PI),
        SurrogateKind.Erf => 1 / Math.Sqrt(Math.PI),
        _ => 1,
    });

    /// <summary>Whether every number that follows from the width, of any surrogate, is greater than 0 and finite as float32.</summary>
    public bool AreSound
    {
        get
        {
            foreach (var kind in s_kinds)
            {
                SurrogateConstants all = new(kind, Width);
                if (!(IsSound(all.Width) && IsSound(all.HalfWidth) && IsSound(all.Scale) && IsSound(all.Peak)))
                {
                    return false;
                }
            }

            return true;
        }
    }

    private static readonly SurrogateKind[] s_kinds = (SurrogateKind[])Enum.GetValues(typeof(SurrogateKind));

    private static bool IsSound(float number) => number > 0 && !float.IsInfinity(number);
}
