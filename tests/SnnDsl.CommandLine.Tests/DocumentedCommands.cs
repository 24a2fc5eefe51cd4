using System.Text.RegularExpressions;

namespace SnnDsl.CommandLine.Tests;

/// <summary>The command lines of the README and of docs.</summary>
internal static partial class DocumentedCommands
{
    /// <summary>The folder of the solution.</summary>
    public static string Repository { get; } = Above(AppContext.BaseDirectory, "SnnDsl.sln");

    /// <summary>The names of all pages, in order.</summary>
    public static IEnumerable<string> Pages =>
        Directory.GetFiles(Path.Combine(Repository, "docs"), "*.md").Select(path => Path.GetFileName(path)).Append("README.md").Order(StringComparer.Ordinal);

    /// <summary>The text of a page.</summary>
    /// <param name="page">Its name.</param>
    public static string TextOf(string page) => File.ReadAllText(Path.Combine(Repository, page == "README.md" ? "" : "docs", page));

    /// <summary>The lines of a page's indented blocks that begin as a command does, each with those that go on behind a backslash, without what is said of it.</summary>
    /// <param name="page">Its name.</param>
    public static IEnumerable<string> Of(string page)
    {
        string text = Continued().Replace(Fenced().Replace(TextOf(page), ""), " ");
        foreach (string line in text.Split('\n').Where(line => line.StartsWith("    ", StringComparison.Ordinal)))
        {
            // What is said of a command stands behind it, three spaces away or behind a #.
            string command = Said().Replace(line.Trim(), "").Trim();
            if (Begins().IsMatch(command))
            {
                yield return command;
            }
        }
    }

    /// <summary>What stands behind an option; null where it is absent.</summary>
    /// <param name="words">The words of a command.</param>
    /// <param name="option">The option.</param>
    public static string? After(string[] words, string option) => Array.IndexOf(words, option) is >= 0 and var at && at + 1 < words.Length ? words[at + 1] : null;

    private static string Above(string folder, string file) => File.Exists(Path.Combine(folder, file)) ? folder : Above(Path.GetDirectoryName(folder)!, file);

    [GeneratedRegex("```.*?```", RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"\\\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex(@"\s{3,}.*$|\s#.*$")]
    private static partial Regex Said();

    [GeneratedRegex(@"^(dotnet (run|test|new) |cd \w|eng/|SNNDSL_|(M|N|mnist|\./Mnist) [a-z]+ |(train|certify|radius|report|merge|smooth|verify|attack|evaluate) (\.\.\.|\S+\.jsonl|--))")]
    private static partial Regex Begins();
}
