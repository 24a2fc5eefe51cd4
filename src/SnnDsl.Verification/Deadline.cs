using System.Diagnostics;
using SnnDsl.Verification.Records;

namespace SnnDsl.Verification;

/// <summary>How long one record may still take. Whatever walks over many cases asks it in between.</summary>
/// <param name="limit">How long in all.</param>
/// <param name="cancellation">Ends everything.</param>
internal sealed class Deadline(TimeSpan limit, CancellationToken cancellation)
{
    private readonly long begun = Stopwatch.GetTimestamp();

    /// <summary>Asks.</summary>
    /// <exception cref="LimitException">The time is up.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled.</exception>
    public void Check()
    {
        cancellation.ThrowIfCancellationRequested();
        if (Stopwatch.GetElapsedTime(begun) > limit)
        {
            throw new LimitException(FormattableString.Invariant(
                $"The record could not be checked within {limit.TotalSeconds:0.###} s: give a longer --time-limit."));
        }
    }
}
