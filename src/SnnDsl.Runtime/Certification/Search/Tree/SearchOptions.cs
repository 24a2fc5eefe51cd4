namespace SnnDsl.Certification.Search;

/// <summary>How long and how branch and bound looks for an answer on one sample.</summary>
public sealed record SearchOptions
{
    /// <summary>How long one sample may take.</summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many subproblems one sample may take; null for as many as fit into the time.</summary>
    public long? MostSubproblems { get; init; }

    /// <summary>What random starts of the attack inside the search depend on, with the sample's index.</summary>
    public long Seed { get; init; }

    /// <summary>How the next split is chosen.</summary>
    public Branching Branching { get; init; } = Branching.Lookahead;

    /// <summary>How many gradient steps the lines of the root take at most; those of other subproblems take a fifth of it.</summary>
    public int Iterations { get; init; } = 100;

    /// <summary>How many subproblems are worked on at once; null for as many as torch has threads.</summary>
    public int? Threads { get; init; }

    /// <summary>Whether the attack runs first; false where one has been tried already.</summary>
    public bool Attacks { get; init; } = true;

    /// <summary>Checks the options.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    internal SearchOptions Checked()
    {
        Require(TimeLimit >= TimeSpan.Zero, nameof(TimeLimit), TimeLimit, "at least 0");
        Require(MostSubproblems is null or >= 0, nameof(MostSubproblems), MostSubproblems, "at least 0, or null for any number");
        Require(Iterations >= 1, nameof(Iterations), Iterations, "at least 1");
        Require(Threads is null or >= 1, nameof(Threads), Threads, "at least 1, or null for as many as torch has");
        return this;
    }

    private static void Require(bool holds, string name, object? value, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} is {value}, but it must be {range}."));
        }
    }
}
