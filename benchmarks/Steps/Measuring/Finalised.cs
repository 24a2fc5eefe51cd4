using System.Diagnostics.Tracing;

namespace SnnDsl.Benchmarks.Measuring;

/// <summary>
/// Counts the objects whose finaliser ran: each is a native object that nobody freed when it was done with. The runtime tells the number
/// after every run of its finaliser thread.
/// </summary>
internal sealed class Finalised : EventListener
{
    private const EventKeywords Collector = (EventKeywords)1;
    private long count;

    /// <summary>How many there were since this was created.</summary>
    public long Count => Interlocked.Read(ref count);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
            EnableEvents(eventSource, EventLevel.Informational, Collector);
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("GCFinalizersEnd", StringComparison.Ordinal) == true && eventData.Payload is [uint finalised, ..])
            Interlocked.Add(ref count, finalised);
    }
}
