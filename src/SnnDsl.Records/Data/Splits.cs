namespace SnnDsl.Data;

/// <summary>The two parts of a published data set.</summary>
internal static class Splits
{
    public const string Train = "train", Test = "test";

    /// <summary>The split itself, if it is one.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string Check(string split) => split is Train or Test ? split
        : throw new ArgumentException($"There is no split '{split}'; give '{Train}' or '{Test}'.", nameof(split));
}
