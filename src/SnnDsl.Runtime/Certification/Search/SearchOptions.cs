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
}
