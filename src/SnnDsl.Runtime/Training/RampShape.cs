namespace SnnDsl.Training;

/// <summary>How the perturbation grows during its ramp.</summary>
public enum RampShape
{
    /// <summary>In proportion to the progress.</summary>
    Linear,

    /// <summary>With the fourth power of the progress in the first quarter, then along the tangent: a gentle start.</summary>
    Smoothed,
}
