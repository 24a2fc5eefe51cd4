namespace SnnDsl.Certification.Search;

/// <summary>
/// The open subproblems of a tree, shared by threads. The last one first: a dive ends in a proof or near a counterexample; but every other
/// thread takes the first, so that not all dive into the same corner.
/// </summary>
internal sealed class Frontier
{
    private readonly LinkedList<Node> open = new();
    private readonly object gate = new();
    private int busy;
    private bool stopped;

    /// <summary>Whether nothing is open that nobody works on.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (gate)
            {
                return open.Count == 0;
            }
        }
    }

    /// <summary>Adds a subproblem; the last one is the next of a dive.</summary>
    public void Add(Node node)
    {
        lock (gate)
        {
            open.AddLast(node);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Takes one, waiting for others to split theirs; null once there are none, or once it was stopped.</summary>
    /// <param name="last">Whether it is the last one, or the first.</param>
    public Node? Take(bool last)
    {
        lock (gate)
        {
            while (open.Count == 0 && busy > 0 && !stopped)
            {
                Monitor.Wait(gate);
            }

            if (stopped || open.Count == 0)
            {
                return null;
            }

            busy++;
            var taken = last ? open.Last! : open.First!;
            open.Remove(taken);
            return taken.Value;
        }
    }

    /// <summary>Says that one that was taken is done.</summary>
    public void Done()
    {
        lock (gate)
        {
            busy--;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Nobody takes another one.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }
    }
}
