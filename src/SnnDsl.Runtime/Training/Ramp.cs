namespace SnnDsl.Training;

/// <summary>A number that moves with the perturbation's ramp.</summary>
/// <param name="From">Its value up to the ramp's start.</param>
/// <param name="To">Its value from the ramp's end on.</param>
public readonly record struct Ramp(double From, double To)
{
    /// <summary>The same value all the time.</summary>
    /// <param name="value">The value.</param>
    public static Ramp Constant(double value) => new(value, value);

    /// <summary>The value at a share of the ramp.</summary>
    /// <param name="progress">In [0, 1].</param>
    public double At(double progress) => From + (To - From) * progress;
}
