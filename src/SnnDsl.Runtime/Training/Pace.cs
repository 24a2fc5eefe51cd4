using System.Diagnostics;

namespace SnnDsl.Training;

/// <summary>How fast samples go by, with more weight on the last ones, and how long the rest will take.</summary>
internal sealed class Pace(long samplesLeft)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private long left = samplesLeft;
    private double seconds;
    private double samples;

    /// <summary>Samples a second.</summary>
    public double SamplesPerSecond => seconds > 0 ? samples / seconds : 0;

    /// <summary>The time for the rest.</summary>
    public TimeSpan Remaining => samples > 0 ? TimeSpan.FromSeconds(left * seconds / samples) : TimeSpan.Zero;

    /// <summary>Notes that a step is done.</summary>
    public void Count(int batch)
    {
        // A step's weight has halved after about 35 further steps.
        const double memory = 0.98;
        seconds = memory * seconds + watch.Elapsed.TotalSeconds;
        samples = memory * samples + batch;
        left -= batch;
        watch.Restart();
    }
}
