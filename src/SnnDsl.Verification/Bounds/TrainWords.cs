namespace SnnDsl.Verification.Bounds;

/// <summary>Spike trains as words: a zero or a one for each step.</summary>
internal static class TrainWords
{
    /// <summary>A word as a proof names it.</summary>
    /// <param name="pattern">A zero or a one for each step.</param>
    /// <param name="steps">T.</param>
    /// <exception cref="FormatException">It is none, or of another length.</exception>
    public static bool[] Read(string pattern, int steps) => pattern.Length == steps && pattern.All(step => step is '0' or '1')
        ? [.. pattern.Select(step => step == '1')]
        : throw new FormatException($"it names the pattern '{pattern}', which is none of {steps} zeros and ones");

    /// <summary>Compares two words from the first step on; a spike is more than none.</summary>
    public static int Compare(bool[] one, bool[] other)
    {
        for (int t = 0; t < one.Length; t++)
        {
            if (one[t] != other[t])
            {
                return one[t] ? 1 : -1;
            }
        }

        return 0;
    }
}
