namespace SnnDsl.Certification.Search;

/// <summary>The open subproblems of a tree, shared by threads. The last one first: a dive ends in a proof or near a counterexample.</summary>
internal sealed class Frontier
{
    private readonly Stack<Node> open = new();
    private readonly object gate = new();
    private int busy;
    private bool stopped;

    /// <summary>Adds a subproblem; the last one is taken first.</summary>
    public void Add(Node node)
    {
        lock (gate)
        {
            open.Push(node);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Takes one, waiting for others to split theirs; null once there are none, or once it was stopped.</summary>
    public Node? Take()
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
            return open.Pop();
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
