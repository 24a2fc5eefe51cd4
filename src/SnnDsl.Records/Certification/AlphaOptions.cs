namespace SnnDsl.Certification;

/// <summary>How slopes are optimised.</summary>
public sealed record AlphaOptions
{
    /// <summary>How many gradient steps each start takes at most.</summary>
    public int Iterations { get; init; } = 40;

    /// <summary>How far a slope lambda in [0, 1] moves in the first step; steps shrink to a tenth of it.</summary>
    public double StepSize { get; init; } = 0.1;

    /// <summary>A margin above this needs no more work; positive infinity to spend all steps on every margin.</summary>
    public double Goal { get; init; } = Evaluation.Guard.Plain;

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    internal AlphaOptions Checked()
    {
        if (Iterations < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(Iterations), Iterations, $"The number of gradient steps is {Iterations}, but it must be at least 1.");
        }

        return StepSize is > 0 and <= 1 ? this : throw new ArgumentOutOfRangeException(
            nameof(StepSize), StepSize, FormattableString.Invariant($"The step size is {StepSize}, but slopes lie in [0, 1]: give one above 0 and at most 1."));
    }
}
