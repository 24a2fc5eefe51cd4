using System.Diagnostics;
using System.Runtime.ExceptionServices;

namespace SnnDsl.Certification.Search;

/// <summary>When a search must end, what it has used, and what went wrong in one of its threads.</summary>
/// <param name="limit">How long it may take.</param>
/// <param name="most">How many subproblems; null for any number.</param>
/// <param name="threads">How many threads work.</param>
/// <param name="cancellation">Ends it at once.</param>
internal sealed class SearchClock(TimeSpan limit, long? most, int threads, CancellationToken cancellation)
{
    private readonly Stopwatch watch = Stopwatch.StartNew();
    private long used;
    private ExceptionDispatchInfo? failure;
    private volatile bool stopped;

    /// <summary>How many threads work.</summary>
    public int Threads => threads;

    /// <summary>How many subproblems were bounded.</summary>
    public long Used => Interlocked.Read(ref used);

    /// <summary>Whether to end.</summary>
    public bool IsOver => IsLate || Used >= most || stopped || failure is not null;

    /// <summary>How much time is left.</summary>
    public TimeSpan Left => watch.Elapsed >= limit ? TimeSpan.Zero : limit - watch.Elapsed;

    /// <summary>Whether time is over, or the search was stopped from outside.</summary>
    public bool IsLate => watch.Elapsed >= limit || cancellation.IsCancellationRequested;

    /// <summary>Asked inside long loops that have no result until they end.</summary>
    /// <exception cref="TimeoutException">There is no time left.</exception>
    public void ThrowIfLate()
    {
        if (IsLate)
        {
            throw new TimeoutException("The search's time is over.");
        }
    }

    /// <summary>Counts a subproblem.</summary>
    public void Count() => Interlocked.Increment(ref used);

    /// <summary>The answer is known: all end.</summary>
    public void Stop() => stopped = true;

    /// <summary>A thread failed: all end.</summary>
    public void Fail(Exception exception) => Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);

    /// <summary>Throws what a thread failed of.</summary>
    public void ThrowIfFailed() => failure?.Throw();
}
