using SnnDsl.Evaluation;

namespace SnnDsl.Certification.Search;

/// <summary>Branch and bound on one margin: a tree of subproblems, worked on by several threads until all leaves are proved.</summary>
internal sealed class MarginSearch
{
    /// <summary>A bound above this closes a subproblem; a checker that rounds outward still finds it above the guard.</summary>
    public const double Goal = Guard.Plain * 1.1;

    private readonly SearchOptions options;
    private readonly SearchClock clock;
    private readonly Frontier frontier = new();
    private long last;
    private bool begun;

    /// <param name="network">What is open of the network.</param>
    /// <param name="margin">The margin.</param>
    /// <param name="options">How to search.</param>
    /// <param name="clock">Until when.</param>
    /// <param name="replay">Says whether an input, [S, entries], is a counterexample to the margin.</param>
    public MarginSearch(OpenNetwork network, OpenMargin margin, SearchOptions options, SearchClock clock, Func<double[], bool> replay)
    {
        (Network, Margin, this.options, this.clock, Replay) = (network, margin, options, clock, replay);
        Root = new(null, false, network.Input);
    }

    /// <summary>A bound of a case that nothing has closed yet: whoever reads it must not take it for a certificate, which has a proof.</summary>
    public double Unproved(double bound) => Math.Min(bound, Network.Guard);

    /// <summary>What is open of the network.</summary>
    public OpenNetwork Network { get; }

    /// <summary>The margin.</summary>
    public OpenMargin Margin { get; }

    /// <summary>The tree.</summary>
    public Node Root { get; }

    /// <summary>Says whether an input is a counterexample.</summary>
    public Func<double[], bool> Replay { get; }

    /// <summary>Whether a counterexample was found.</summary>
    public bool IsRefuted { get; private set; }

    /// <summary>The least bound over all leaves.</summary>
    /// <remarks>What a thread took and did not finish is still an open leaf of the tree, whatever became of the thread.</remarks>
    public double Bound => Leaves().Min(leaf => leaf.Bound);

    /// <summary>Whether there are subproblems that nobody has worked on.</summary>
    public bool CanGoOn => begun ? !frontier.IsEmpty : Root.Proof is null;

    /// <summary>Whether all leaves are proved.</summary>
    public bool IsClosed => Leaves().All(leaf => leaf.Proof is not null);

    /// <summary>
    /// Searches until the tree is closed, a counterexample is found, time runs out, or so many subproblems are done; may be called again
    /// to go on.
    /// </summary>
    /// <param name="most">How many subproblems.</param>
    public void Run(long most = long.MaxValue)
    {
        last = most > long.MaxValue - clock.Used ? long.MaxValue : clock.Used + most;
        if (!begun)
        {
            frontier.Add(Root);
            begun = true;
        }

        List<Thread> threads = [];
        try
        {
            for (int number = 1; number < clock.Threads; number++)
            {
                bool dives = number % 2 == 0;
                var thread = new Thread(() => Work(dives));
                thread.Start();
                threads.Add(thread);
            }

            Work(dives: true);
        }
        catch (Exception failure)
        {
            // No room for another thread: those that run must end too.
            clock.Fail(failure);
            frontier.Stop();
        }

        threads.ForEach(thread => thread.Join());
        clock.ThrowIfFailed();
    }

    private void Work(bool dives)
    {
        try
        {
            var worker = new SearchWorker(this, options, clock);
            while (!clock.IsOver && clock.Used < last && frontier.Take(dives) is { } node)
            {
                var sides = worker.Work(node);
                if (worker.IsRefuted)
                {
                    IsRefuted = true;
                    frontier.Stop();
                }

                if (sides is { } both)
                {
                    // The weaker side last: it is taken first.
                    var (strong, weak) = both.First.Bound >= both.Second.Bound ? both : (both.Second, both.First);
                    foreach (var side in new[] { strong, weak }.Where(side => side.Proof is null))
                    {
                        frontier.Add(side);
                    }
                }

                frontier.Done();
            }
        }
        catch (Exception failure)
        {
            clock.Fail(failure);
        }

        if (clock.IsOver)
        {
            frontier.Stop();
        }
    }

    private IEnumerable<Node> Leaves()
    {
        var left = new Stack<Node>([Root]);
        while (left.TryPop(out var node))
        {
            if (node.Sides is { } sides)
            {
                left.Push(sides.First);
                left.Push(sides.Second);
            }
            else
            {
                yield return node;
            }
        }
    }
}
