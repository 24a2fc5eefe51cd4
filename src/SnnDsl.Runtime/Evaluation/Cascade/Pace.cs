namespace SnnDsl.Evaluation.Cascade;

/// <summary>What a stage takes for a sample, learned from the ones before.</summary>
internal sealed class Pace
{
    // What is not begun is not measured either: a machine that was busy for a moment must not end a stage for good.
    private const double Forgotten = 0.95;

    // What is given up is taken to need so many times as much.
    private const double Longer = 2;

    private TimeSpan? last;

    /// <summary>What the next sample is expected to take; null as long as too few were seen: the first of all compiles.</summary>
    public TimeSpan? Expected { get; private set; }

    /// <summary>Notes what a sample took.</summary>
    /// <param name="time">The time.</param>
    public void Note(TimeSpan time)
    {
        Expected = last is { } before ? (before < time ? before : time) : null;
        last = time;
    }

    /// <summary>Notes that a sample was given up: it would have taken longer, nobody knows how much.</summary>
    /// <param name="time">What it took until then.</param>
    public void GiveUp(TimeSpan time) => Note(Longer * time);

    /// <summary>Notes that a sample was not begun.</summary>
    public void Skip() => Expected *= Forgotten;
}
