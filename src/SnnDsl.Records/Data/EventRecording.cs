namespace SnnDsl.Data;

/// <summary>
/// The N-MNIST <c>.bin</c> format (Orchard et al. 2015). An event is five bytes: x, y, then 24 bits big-endian of which the highest is
/// the polarity (1: brighter) and the others the time stamp in microseconds.
/// </summary>
internal static class EventRecording
{
    public const int Width = 34, Height = 34, Polarities = 2;
    private const int BytesPerEvent = 5;

    /// <summary>Reads a recording's events, whose cells are those of [polarity, y, x].</summary>
    /// <param name="bytes">The content of the file.</param>
    /// <param name="name">What to call the file in messages.</param>
    /// <exception cref="DataFileException">The file is truncated or empty, or an event lies outside the sensor.</exception>
    public static SensorEvent[] Read(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.Length % BytesPerEvent != 0)
            throw new DataFileException($"The recording '{name}' is truncated: {bytes.Length} bytes are not a whole number " +
                $"of events of {BytesPerEvent} bytes.");
        if (bytes.IsEmpty)
            throw new DataFileException($"The recording '{name}' holds no events.");

        var events = new SensorEvent[bytes.Length / BytesPerEvent];
        for (int i = 0; i < events.Length; i++, bytes = bytes[BytesPerEvent..])
        {
            (int x, int y, int polarity) = (bytes[0], bytes[1], bytes[2] >> 7);
            if (x >= Width || y >= Height)
                throw new DataFileException($"The recording '{name}' has an event at ({x}, {y}), outside the {Width} x " +
                    $"{Height} pixels of the sensor.");
            events[i] = new((bytes[2] & 0x7f) << 16 | bytes[3] << 8 | bytes[4], (polarity * Height + y) * Width + x);
        }
        return events;
    }
}
