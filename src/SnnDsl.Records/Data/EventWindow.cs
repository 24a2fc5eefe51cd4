namespace SnnDsl.Data;

/// <summary>A part of a recording, [Start, End), in microseconds of the recording's own clock.</summary>
/// <param name="Start">The first microsecond that belongs to it.</param>
/// <param name="End">The first microsecond after it.</param>
public sealed record EventWindow(long Start, long End);
