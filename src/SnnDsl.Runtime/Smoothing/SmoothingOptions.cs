namespace SnnDsl.Smoothing;

/// <summary>How a smoothed classifier is sampled.</summary>
public sealed record SmoothingOptions
{
    /// <summary>How many draws of the encoding choose the class; no probability is estimated from them.</summary>
    public int Selection { get; init; } = 100;

    /// <summary>How many other draws its probability is estimated from.</summary>
    public int Samples { get; init; } = 1000;

    /// <summary>The probability with which what is stated of one sample holds, over the draws; above 0 and below 1.</summary>
    public double Confidence { get; init; } = 0.999;

    /// <summary>What the draws depend on, with the sample's index and their number.</summary>
    public long Seed { get; init; }

    /// <summary>How many draws are worked on at once.</summary>
    public int BatchSize { get; init; } = 250;

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public void Validate()
    {
        foreach (var (value, name) in new[] { (Selection, "choose the class"), (Samples, "estimate its probability"), (BatchSize, "are worked on at once") })
        {
            if (value < 1)
            {
                throw new ArgumentException($"{value} draws {name}, but it must be at least 1.");
            }
        }

        if (!(Confidence is > 0 and < 1))
        {
            throw new ArgumentException(FormattableString.Invariant($"The confidence is {Confidence}, but it must lie between 0 and 1: no finite number of draws is certain."));
        }
    }
}
