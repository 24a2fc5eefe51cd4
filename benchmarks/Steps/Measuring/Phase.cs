namespace SnnDsl.Benchmarks.Measuring;

/// <summary>One pass of the emitted code's schedule: products of an affine layer, or a walk over neurons.</summary>
/// <param name="Flops">Multiplications and additions of the affine layers; those of the neurons hide behind their memory traffic.</param>
/// <param name="Bytes">Every operand read once and every result written once.</param>
internal readonly record struct Phase(double Flops, double Bytes)
{
    /// <summary>The least time on a machine with these peaks, in milliseconds: passes follow one another, so their floors add up.</summary>
    public double FloorMs(Peaks peaks) => 1e3 * Math.Max(Flops / peaks.FlopsPerSecond, Bytes / peaks.BytesPerSecond);
}
