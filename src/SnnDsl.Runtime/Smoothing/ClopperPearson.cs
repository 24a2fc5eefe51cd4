namespace SnnDsl.Smoothing;

/// <summary>
/// One-sided confidence bounds of a probability from independent trials (Clopper and Pearson 1934): whatever the probability is, a bound is
/// on the wrong side of it with at most the stated error.
/// </summary>
public static class ClopperPearson
{
    // Rounding of the sums below is some 1e-11 of a bound; bounds give way by more.
    private const double Slack = 1e-9;

    /// <summary>A lower bound: the probability at which as many successes or more are as rare as the error allows.</summary>
    /// <param name="successes">How many trials succeeded.</param>
    /// <param name="trials">How many there were, at least 1.</param>
    /// <param name="error">The probability that the bound may be too high, above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static double Lower(long successes, long trials, double error)
    {
        if (trials < 1 || successes < 0 || successes > trials)
        {
            throw new ArgumentOutOfRangeException(nameof(successes), successes, $"There are {successes} successes in {trials} trials: give from 0 to all of at least 1.");
        }

        if (!(error is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(error), error, FormattableString.Invariant($"The error is {error}, but it must lie between 0 and 1."));
        }

        if (successes == 0)
        {
            return 0;
        }

        // The chance grows with the probability, and at the observed share it is about a half or more.
        double choices = LogChoices(successes, trials), low = 0, high = successes / (double)trials;
        for (int i = 0; i < 200 && low < high; i++)
        {
            double middle = low + (high - low) / 2;
            if (middle <= low || middle >= high)
            {
                break;
            }

            (low, high) = AtLeast(successes, trials, middle, choices) <= error ? (middle, high) : (low, middle);
        }

        return low * (1 - Slack);
    }

    /// <summary>An upper bound: a lower bound of the opposite.</summary>
    /// <param name="successes">How many trials succeeded.</param>
    /// <param name="trials">How many there were, at least 1.</param>
    /// <param name="error">The probability that the bound may be too low, above 0 and below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public static double Upper(long successes, long trials, double error) => 1 - Lower(trials - successes, trials, error);

    // The chance of k successes or more, p at most k / n: its terms fall from the first on, ever faster.
    private static double AtLeast(long k, long n, double p, double logChoices)
    {
        if (p <= 0)
        {
            return 0;
        }

        double term = Math.Exp(logChoices + k * Math.Log(p) + (n - k) * Math.Log(1 - p)), sum = term, odds = p / (1 - p);
        for (long j = k; j < n && term > sum * 1e-18; j++)
        {
            term *= (n - j) / (j + 1.0) * odds;
            sum += term;
        }

        return sum;
    }

    private static double LogChoices(long k, long n)
    {
        double sum = 0;
        for (long i = 1; i <= Math.Min(k, n - k); i++)
        {
            sum += Math.Log((n - Math.Min(k, n - k) + i) / (double)i);
        }

        return sum;
    }
}
