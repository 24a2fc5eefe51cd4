namespace SnnDsl.Verification.Inputs;

/// <summary>
/// What becomes of one pixel's spikes when each moves by at most d steps and the pixel keeps their number. Spikes are alike, so they keep
/// their order: with c[t] of them up to step t before, and C[t] after, c[t - d] &lt;= C[t] &lt;= c[t + d] for all t, C grows by 0 or 1 a
/// step, and C[T - 1] = c[T - 1].
/// </summary>
internal sealed class Corridor
{
    private readonly int[] before;
    private readonly int jitter;

    // By step t and C[t]: whether the steps up to t can lead there, and whether those behind it can lead on to the end.
    private readonly bool[][] reached;
    private readonly bool[][] goesOn;

    /// <summary>Creates the corridor of one pixel.</summary>
    /// <param name="spikes">By step, 0 or 1.</param>
    /// <param name="jitter">d.</param>
    public Corridor(float[] spikes, int jitter)
    {
        (this.jitter, before) = (jitter, new int[spikes.Length]);
        int count = 0;
        for (int t = 0; t < spikes.Length; t++)
        {
            before[t] = count += spikes[t] > 0 ? 1 : 0;
        }

        Count = count;
        reached = [.. spikes.Select(_ => new bool[count + 1])];
        goesOn = [.. spikes.Select(_ => new bool[count + 1])];
        for (int t = 0; t < spikes.Length; t++)
        {
            for (int c = 0; c <= count; c++)
            {
                reached[t][c] = IsInside(t, c) && (Reached(t - 1, c) || Reached(t - 1, c - 1));
            }
        }

        for (int t = spikes.Length - 1; t >= 0; t--)
        {
            for (int c = 0; c <= count; c++)
            {
                goesOn[t][c] = IsInside(t, c) && (t == spikes.Length - 1 ? c == count : GoesOn(t + 1, c) || GoesOn(t + 1, c + 1));
            }
        }
    }

    /// <summary>How many spikes there are.</summary>
    public int Count { get; }

    /// <summary>Whether C[t] can be c in a whole train.</summary>
    /// <param name="t">The step; -1 for the beginning.</param>
    /// <param name="c">The spikes up to it.</param>
    public bool Holds(int t, int c) => t < 0 ? c == 0 : c >= 0 && c <= Count && reached[t][c] && goesOn[t][c];

    /// <summary>How many spikes a train that has c up to a step still owes, compared with the recording: each fills a bin behind it.</summary>
    /// <param name="t">The step.</param>
    /// <param name="c">The spikes up to it.</param>
    public int Owed(int t, int c) => Math.Max(0, before[t] - c);

    /// <summary>Whether a train can have a spike at a step, or none.</summary>
    /// <param name="t">The step.</param>
    /// <param name="spike">Whether it has.</param>
    public bool CanBe(int t, bool spike) =>
        Enumerable.Range(0, Count + 1).Any(c => Holds(t - 1, c) && Holds(t, c + (spike ? 1 : 0)));

    private bool Reached(int t, int c) => t < 0 ? c == 0 : c >= 0 && reached[t][c];

    private bool GoesOn(int t, int c) => c <= Count && goesOn[t][c];

    private bool IsInside(int t, int c) => c >= (t < jitter ? 0 : before[t - jitter]) && c <= before[Math.Min(t + jitter, before.Length - 1)];
}
