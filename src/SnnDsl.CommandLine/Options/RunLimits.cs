using System.Diagnostics;
using System.Globalization;

namespace SnnDsl.CommandLine.Options;

/// <summary>Watches over a run's time and memory.</summary>
internal sealed class RunLimits : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource stop;
    private readonly CancellationToken user;
    private readonly Timer watch;

    /// <param name="seconds">How long the run may take; null for no limit.</param>
    /// <param name="gigabytes">How much memory the process may take; null for no limit.</param>
    /// <param name="cancellation">Ends the run too: Ctrl-C.</param>
    public RunLimits(double? seconds, double? gigabytes, CancellationToken cancellation)
    {
        user = cancellation;
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // The system's tick count would stand still for some milliseconds, in which a short run goes past a short limit.
        long start = Stopwatch.GetTimestamp();
        void Check()
        {
            if (seconds is { } time && (Stopwatch.GetTimestamp() - start) / (double)Stopwatch.Frequency >= time)
            {
                End(FormattableString.Invariant($"--run-limit {time} is over"));
            }
            else if (gigabytes is { } memory && Environment.WorkingSet > memory * 1e9)
            {
                End(FormattableString.Invariant($"--memory-limit {memory} is reached (a smaller --batch takes less)"));
            }
        }

        Check();
        bool none = seconds is null && gigabytes is null;
        watch = new Timer(_ => Check(), null, none ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, Pause);
    }

    /// <summary>Ends the run.</summary>
    public CancellationToken Token => stop.Token;

    /// <summary>What ended the run; null if nothing did.</summary>
    public string? Reason { get; private set; }

    /// <summary>Says on standard error why a run is incomplete, and what to do.</summary>
    /// <param name="screen">Where.</param>
    /// <param name="left">How many samples are not done.</param>
    /// <param name="kept">Whether records were kept.</param>
    /// <returns>The exit code.</returns>
    public int Explain(Output.Screen screen, int left, bool kept)
    {
        string reason = user.IsCancellationRequested ? "Stopped" : Reason ?? "Stopped";
        string advice = kept ? "--resume goes on with them" : "with --records FILE another run could go on";
        screen.Fail(string.Create(CultureInfo.InvariantCulture, $"{reason}: {left:N0} samples are not done and count as unknown; {advice}."));
        return user.IsCancellationRequested ? ExitCodes.Cancelled : ExitCodes.Incomplete;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        watch.Dispose();
        stop.Dispose();
    }

    private void End(string reason)
    {
        Reason ??= reason;
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The run ended by itself a moment ago.
        }
    }
}
