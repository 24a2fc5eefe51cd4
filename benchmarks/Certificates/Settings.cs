namespace SnnDsl.Benchmarks.Certificates;

/// <summary>What all ways are given.</summary>
/// <param name="Data">Where the data sets' folders lie.</param>
/// <param name="Count">How many test samples, from the first on.</param>
/// <param name="TimeLimit">How long one sample may take, for methods that search.</param>
/// <param name="Restarts">How often the attack starts.</param>
/// <param name="AttackSteps">How many gradient steps each start takes.</param>
/// <param name="Records">A folder for the records, or null.</param>
internal sealed record Settings(string Data, int Count, TimeSpan TimeLimit, int Restarts, int AttackSteps, string? Records);
