namespace SnnDsl.Evaluation.Cascade;

/// <summary>Times as timers take them.</summary>
internal static class Deadlines
{
    /// <summary>The longest time that a timer counts: some 49 days.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1.0);

    /// <summary>A time for a timer.</summary>
    /// <param name="time">Any time.</param>
    public static TimeSpan Timer(TimeSpan time) => time <= TimeSpan.Zero ? TimeSpan.Zero : time < Longest ? time : Timeout.InfiniteTimeSpan;
}
