namespace SnnDsl.Certification.Search;

/// <summary>The slope k1 + lambda (k2 - k1) of a train's line: k1 from piece First to Second, k2 from Third to Last.</summary>
/// <param name="Slope">The slope.</param>
/// <param name="OnLambda">Its derivative by lambda.</param>
/// <param name="First">The lowest piece at the left end.</param>
/// <param name="Second">Where the hull's first edge ends.</param>
/// <param name="OnFirst">The derivative by the rise from First to Second.</param>
/// <param name="Third">Where the hull's last edge begins.</param>
/// <param name="Last">The lowest piece at the right end.</param>
/// <param name="OnLast">The derivative by the rise from Third to Last.</param>
internal readonly record struct SlopeChoice(
    double Slope, double OnLambda, int First, int Second, double OnFirst, int Third, int Last, double OnLast);
