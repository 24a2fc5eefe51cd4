namespace SnnDsl.Kernels;

/// <summary>
/// Until when walks through a network may go on in this thread. A walk has no result until it ends, so it asks between its operations, and gives
/// up: otherwise whoever has a deadline would have to know beforehand what a walk takes.
/// </summary>
/// <remarks>Asked on the way forward alone: an exception inside of a backward pass would end the process.</remarks>
internal static class WalkLimit
{
    [ThreadStatic]
    private static Limit? current;

    /// <summary>Sets a limit until what is returned is disposed; one that was set before holds as well.</summary>
    /// <param name="isOver">Whether to give up.</param>
    public static IDisposable Set(Func<bool> isOver) => current = new(isOver, current);

    /// <summary>Gives up if a limit is over.</summary>
    /// <exception cref="TimeoutException">One is.</exception>
    public static void ThrowIfOver()
    {
        if (current?.IsOver == true)
        {
            throw new TimeoutException("There is no time left for a walk through the network.");
        }
    }

    private sealed class Limit(Func<bool> isOver, Limit? before) : IDisposable
    {
        public bool IsOver => isOver() || before?.IsOver == true;

        public void Dispose() => current = before;
    }
}
