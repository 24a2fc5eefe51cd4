namespace SnnDsl.Data;

/// <summary>
/// Binning: T frames of cells, a bit each, lowest bit first; each frame begins on a byte of its own. A cell is 1 if it holds any event.
/// </summary>
internal sealed class SpikeFrames
{
    /// <summary>Frames of a shape.</summary>
    /// <param name="steps">T, at least 1.</param>
    /// <param name="shape">The shape of one frame.</param>
    /// <exception cref="ArgumentException">T or a size is below 1, or a recording would take more than 2 GiB.</exception>
    public SpikeFrames(int steps, long[] shape)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        (Steps, Shape) = (steps, shape);
        CellsPerStep = SampleStore.SizeOf(shape);
        BytesPerStep = (CellsPerStep + 7) / 8;
        if ((long)steps * BytesPerStep > Array.MaxLength)
            throw new ArgumentException($"A recording of {steps} steps of {string.Join('x', shape)} cells is more than can be held.", nameof(steps));
    }

    public int Steps { get; }

    public long[] Shape { get; }

    public int CellsPerStep { get; }

    public int BytesPerStep { get; }

    /// <summary>Cells without an event.</summary>
    public byte[] Empty() => new byte[Steps * BytesPerStep];

    /// <summary>Sets a cell.</summary>
    public void Set(byte[] cells, int step, int cell) => cells[step * BytesPerStep + (cell >> 3)] |= (byte)(1 << (cell & 7));

    /// <summary>
    /// The bin of an event: floor(offset T / length), and the last bin for one that lies on the end. In integers, so that no rounding
    /// moves an event.
    /// </summary>
    /// <param name="offset">How long after the start of the first bin, at least 0.</param>
    /// <param name="length">From the start of the first bin to the end of the last; 0: all events are in the first bin.</param>
    public int StepOf(long offset, long length) => length == 0 ? 0
        : (int)Math.Min(offset <= long.MaxValue / Steps ? offset * Steps / length : (long)((Int128)offset * Steps / length), Steps - 1);

    /// <summary>Bins a recording: over a window, whose events alone count, or from the earliest event to the latest.</summary>
    /// <param name="events">The events, in any order.</param>
    /// <param name="window">The part to bin; none: the whole recording.</param>
    public byte[] Bin(ReadOnlySpan<SensorEvent> events, EventWindow? window)
    {
        (long start, long length) = window is null ? Extent(events) : (window.Start, window.End - window.Start);
        byte[] cells = Empty();
        foreach (SensorEvent e in events)
        {
            if (window is not null && (e.Time < window.Start || e.Time >= window.End)) continue;
            Set(cells, StepOf(e.Time - start, length), e.Cell);
        }
        return cells;
    }

    /// <summary>A window that is not empty, or none.</summary>
    /// <exception cref="ArgumentException">The window is empty, or longer than can be counted.</exception>
    public static EventWindow? Check(EventWindow? window) => window is { } w && (w.End <= w.Start || w.End - w.Start < 0)
        ? throw new ArgumentException($"The window from {w.Start} to {w.End} microseconds is empty.", nameof(window)) : window;

    private static (long Start, long Length) Extent(ReadOnlySpan<SensorEvent> events)
    {
        if (events.IsEmpty) return (0, 0);
        (long first, long last) = (events[0].Time, events[0].Time);
        foreach (SensorEvent e in events) (first, last) = (Math.Min(first, e.Time), Math.Max(last, e.Time));
        return (first, last - first);
    }
}
