using System.Diagnostics;
using SnnDsl.Kernels;

namespace SnnDsl.Certification;

/// <summary>Until when something may work: it asks before every step whether the step still fits.</summary>
/// <param name="allowance">How long, from now on; the largest time for no limit.</param>
/// <param name="cancellation">Ends it at once.</param>
internal sealed class Deadline(TimeSpan allowance, CancellationToken cancellation = default)
{
    // A step may take so much longer than the like of it took before.
    private const double Spare = 1.3;

    private readonly Stopwatch watch = Stopwatch.StartNew();

    /// <summary>Never.</summary>
    public static Deadline None { get; } = new(TimeSpan.MaxValue);

    /// <summary>How much time is left.</summary>
    public TimeSpan Left => allowance == TimeSpan.MaxValue ? allowance : Fits(TimeSpan.Zero) ? allowance - watch.Elapsed : TimeSpan.Zero;

    /// <summary>Whether to end.</summary>
    public bool IsOver => !Fits(TimeSpan.Zero);

    /// <summary>Whether there is time for something more.</summary>
    /// <param name="cost">How long it will take, from what the like of it took before.</param>
    public bool Fits(TimeSpan cost) =>
        !cancellation.IsCancellationRequested && (allowance == TimeSpan.MaxValue || watch.Elapsed + (Spare * cost) < allowance);

    /// <summary>An earlier one, that leaves some time for what comes after.</summary>
    /// <param name="reserve">How much.</param>
    public Deadline Before(TimeSpan reserve) => new(Left == TimeSpan.MaxValue ? Left : Left - reserve, cancellation);

    /// <summary>An earlier one, of a share of what is left.</summary>
    /// <param name="share">Which share.</param>
    public Deadline Within(double share) => new(Left == TimeSpan.MaxValue ? Left : Left * share, cancellation);

    /// <summary>Makes walks through a network in this thread give up when it is over, until what is returned is disposed.</summary>
    /// <remarks>They throw <see cref="TimeoutException"/>.</remarks>
    public IDisposable Enforce() => WalkLimit.Set(() => IsOver);
}
