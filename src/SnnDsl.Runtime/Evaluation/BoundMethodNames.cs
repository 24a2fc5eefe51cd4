using SnnDsl.Bounds;

namespace SnnDsl.Evaluation;

/// <summary>The methods' names in commands and reports.</summary>
public static class BoundMethodNames
{
    private static readonly (string Name, BoundMethod Method)[] Names =
        [("s-ibp", BoundMethod.SIbp), ("s-crown-paper", BoundMethod.SCrownPaper), ("s-crown", BoundMethod.SCrown)];

    /// <summary>All names.</summary>
    public static IReadOnlyList<string> All => [.. Names.Select(entry => entry.Name)];

    /// <summary>A method's name.</summary>
    /// <param name="method">The method.</param>
    public static string Of(BoundMethod method) => Names.First(entry => entry.Method == method).Name;

    /// <summary>The method of a name.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="ArgumentException">There is no such method.</exception>
    public static BoundMethod Parse(string name) => Names.Where(entry => entry.Name == name).Select(entry => (BoundMethod?)entry.Method).FirstOrDefault()
        ?? throw new ArgumentException($"There is no method '{name}'; choose one of {string.Join(", ", All)}.", nameof(name));
}
