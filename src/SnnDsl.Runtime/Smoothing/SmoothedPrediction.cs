namespace SnnDsl.Smoothing;

/// <summary>
/// What draws of the encoding say of one image: the smoothed classifier's class, and how far the image may move in l1 without changing it.
/// </summary>
/// <param name="Class">The class that the first draws chose; null to abstain, where the others do not bear it out.</param>
/// <param name="Radius">Every image at a smaller l1 distance, the sum over all pixels, has this class; 0 claims the image itself alone.</param>
/// <param name="ProbabilityLower">A lower bound of the chosen class's probability.</param>
/// <param name="RivalUpper">An upper bound of every other class's.</param>
/// <param name="Votes">How many of the estimating draws each class got.</param>
public sealed record SmoothedPrediction(long? Class, double Radius, double ProbabilityLower, double RivalUpper, long[] Votes)
{
    /// <summary>Draws the conclusion from votes.</summary>
    /// <param name="chosen">The class that other, independent draws chose.</param>
    /// <param name="votes">How many draws each class got, at least two classes.</param>
    /// <param name="error">The probability with which the conclusion may be wrong, above 0 and below 1.</param>
    /// <param name="steps">T.</param>
    /// <param name="pixels">How many pixels the image has.</param>
    public static SmoothedPrediction Of(long chosen, long[] votes, double error, int steps, long pixels)
    {
        // Half of the error for the chosen class, half for all its rivals: together all bounds hold but for the error.
        long draws = votes.Sum();
        double lower = ClopperPearson.Lower(votes[chosen], draws, error / 2);
        double rivals = votes.Where((_, j) => j != chosen).Max(count => ClopperPearson.Upper(count, draws, error / (2 * (votes.Length - 1))));
        double upper = Math.Min(rivals, 1 - lower);
        return lower > upper
            ? new(chosen, RateSmoothing.Radius(lower - upper, steps, pixels), lower, upper, votes)
            : new(null, 0, lower, upper, votes);
    }
}
