namespace SnnDsl.Verification.Inputs;

/// <summary>
/// What becomes of one pixel's spikes when each moves by at most d steps and the pixel keeps their number. Spikes are alike, so they keep
/// their order: with c[t] of them up to step t before, and C[t] after, c[t - d] &lt;= C[t] &lt;= c[t + d] for all t, C grows by 0 or 1 a
/// step, and C[T - 1] = c[T - 1]. Some entries may be fixed. Every bin that has a spike and had none before counts as a gain.
/// </summary>
internal sealed class Corridor
{
    private readonly float[] spikes;
    private readonly bool?[] fixedTo;
    private readonly int[] before;
    private readonly int jitter;

    // By step t and C[t]: the fewest gains on the way there, and behind it; null where there is no way.
    private readonly int?[][] reached;
    private readonly int?[][] goesOn;

    /// <summary>Creates the corridor of one pixel.</summary>
    /// <param name="spikes">By step, 0 or 1.</param>
    /// <param name="jitter">d.</param>
    /// <param name="fixedTo">By step, whether there is a spike; null where that is open, or for nothing fixed.</param>
    public Corridor(float[] spikes, int jitter, bool?[]? fixedTo = null)
    {
        (this.spikes, this.jitter, this.fixedTo, before) = (spikes, jitter, fixedTo ?? new bool?[spikes.Length], new int[spikes.Length]);
        int count = 0;
        for (int t = 0; t < spikes.Length; t++)
        {
            before[t] = count += spikes[t] > 0 ? 1 : 0;
        }

        Count = count;
        reached = [.. spikes.Select(_ => new int?[count + 1])];
        goesOn = [.. spikes.Select(_ => new int?[count + 1])];
        for (int t = 0; t < spikes.Length; t++)
        {
            for (int c = 0; c <= count; c++)
            {
                reached[t][c] = IsInside(t, c) ? Fewer(Reached(t - 1, c) + Gain(t, false), Reached(t - 1, c - 1) + Gain(t, true)) : null;
            }
        }

        for (int t = spikes.Length - 1; t >= 0; t--)
        {
            for (int c = 0; c <= count; c++)
            {
                goesOn[t][c] = !IsInside(t, c) ? null
                    : t == spikes.Length - 1 ? (c == count ? 0 : null)
                    : Fewer(GoesOn(t + 1, c) + Gain(t + 1, false), GoesOn(t + 1, c + 1) + Gain(t + 1, true));
            }
        }
    }

    /// <summary>How many spikes there are.</summary>
    public int Count { get; }

    /// <summary>The fewest bins that gain a spike in any train; null if no train is left.</summary>
    public int? Fewest => reached[^1][Count];

    /// <summary>Whether C[t] can be c in a whole train.</summary>
    /// <param name="t">The step.</param>
    /// <param name="c">The spikes up to it.</param>
    public bool Holds(int t, int c) => c <= Count && reached[t][c] is not null && goesOn[t][c] is not null;

    /// <summary>The fewest bins behind a step that gain a spike in trains that have c up to it; null if none goes on from there.</summary>
    /// <param name="t">The step.</param>
    /// <param name="c">The spikes up to it.</param>
    public int? Owed(int t, int c) => goesOn[t][c];

    /// <summary>The bins that gain a spike at a step: 0 or 1; null if the entry is fixed to be otherwise.</summary>
    /// <param name="t">The step.</param>
    /// <param name="spike">Whether it has a spike.</param>
    public int? Gain(int t, bool spike) => fixedTo[t] == !spike ? null : spike && spikes[t] <= 0 ? 1 : 0;

    /// <summary>The fewest bins that gain a spike in trains that have a spike at a step, or none; null if there are no such trains.</summary>
    /// <param name="t">The step.</param>
    /// <param name="spike">Whether they have.</param>
    public int? FewestWith(int t, bool spike)
    {
        int? fewest = null;
        for (int c = 0; c <= Count; c++)
        {
            fewest = Fewer(fewest, Reached(t - 1, c) + Gain(t, spike) + GoesOn(t, c + (spike ? 1 : 0)));
        }

        return fewest;
    }

    /// <summary>The same pixel with one entry more fixed.</summary>
    /// <param name="t">The entry's step.</param>
    /// <param name="spike">Whether it has a spike.</param>
    public Corridor With(int t, bool spike)
    {
        var more = (bool?[])fixedTo.Clone();
        more[t] = spike;
        return new(spikes, jitter, more);
    }

    private static int? Fewer(int? a, int? b) => a is null || b < a ? b : a;

    private int? Reached(int t, int c) => t < 0 ? (c == 0 ? 0 : null) : c >= 0 ? reached[t][c] : null;

    private int? GoesOn(int t, int c) => c <= Count ? goesOn[t][c] : null;

    private bool IsInside(int t, int c) => c >= (t < jitter ? 0 : before[t - jitter]) && c <= before[Math.Min(t + jitter, before.Length - 1)];
}
