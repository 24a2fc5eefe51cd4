namespace SnnDsl.Data;

/// <summary>
/// The N-MNIST <c>.bin</c> format (Orchard et al. 2015) and its binning. An event is five bytes: x, y, then 24 bits
/// big-endian of which the highest is the polarity (1: brighter) and the others the time stamp in microseconds.
/// </summary>
internal static class EventRecording
{
    public const int Width = 34, Height = 34, Polarities = 2;
    public const int CellsPerStep = Polarities * Height * Width, BytesPerStep = CellsPerStep / 8;
    private const int BytesPerEvent = 5;

    /// <summary>Bins a recording into cells [T, polarity, y, x], a bit each, lowest bit first.</summary>
    /// <param name="events">The content of the file.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <param name="steps">T.</param>
    /// <param name="window">The part to bin; none: from the earliest event to the latest.</param>
    public static byte[] Bin(ReadOnlySpan<byte> events, string name, int steps, EventWindow? window)
    {
        if (events.Length % BytesPerEvent != 0)
            throw new DataFileException($"The recording '{name}' is truncated: {events.Length} bytes are not a whole number " +
                $"of events of {BytesPerEvent} bytes.");
        if (events.IsEmpty)
            throw new DataFileException($"The recording '{name}' holds no events.");

        (long start, long length) = window is null ? Extent(events) : (window.Start, window.End - window.Start);
        var cells = new byte[steps * BytesPerStep];
        for (; !events.IsEmpty; events = events[BytesPerEvent..])
        {
            int x = events[0], y = events[1], polarity = events[2] >> 7;
            if (x >= Width || y >= Height)
                throw new DataFileException($"The recording '{name}' has an event at ({x}, {y}), outside the {Width} x " +
                    $"{Height} pixels of the sensor.");
            long offset = Time(events) - start;
            if (window is not null && (offset < 0 || offset >= length)) continue;
            // Without a window the latest event lies on the end of the last bin and belongs to it.
            int step = length == 0 ? 0 : (int)Math.Min(offset * steps / length, steps - 1);
            int cell = ((step * Polarities + polarity) * Height + y) * Width + x;
            cells[cell >> 3] |= (byte)(1 << (cell & 7));
        }
        return cells;
    }

    private static int Time(ReadOnlySpan<byte> e) => (e[2] & 0x7f) << 16 | e[3] << 8 | e[4];

    private static (long Start, long Length) Extent(ReadOnlySpan<byte> events)
    {
        int first = int.MaxValue, last = 0;
        for (; !events.IsEmpty; events = events[BytesPerEvent..])
        {
            int time = Time(events);
            first = Math.Min(first, time);
            last = Math.Max(last, time);
        }
        return (first, last - first);
    }
}
