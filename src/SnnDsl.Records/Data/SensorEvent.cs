namespace SnnDsl.Data;

/// <summary>One event of a recording: a cell that fired.</summary>
/// <param name="Time">When, in a unit of one's own, such as microseconds; from -2^61 to 2^61.</param>
/// <param name="Cell">Which: the position in the frame's shape, row-major. Of [P, H, W]: (p H + y) W + x.</param>
public readonly record struct SensorEvent(long Time, int Cell);
