using System.CommandLine;
using System.Text.Json.Nodes;
using SnnDsl.CommandLine.Output;
using SnnDsl.Serialization;

namespace SnnDsl.CommandLine.Options;

/// <summary><c>--json FILE</c>: what a command found or did, for other programs.</summary>
/// <param name="what">What is in the file: "setting and summary".</param>
/// <param name="title">What it is called where it was written: "Summary".</param>
internal sealed class JsonFile(string what, string title)
{
    /// <summary>The option.</summary>
    public Option<string> Option { get; } = new("--json") { HelpName = "FILE", Description = $"Write {what} as JSON, for other programs." };

    /// <summary>Refuses what cannot become a file, before any work.</summary>
    public void Check(ParseResult arguments) => OutputFile.Check(arguments.GetValue(Option), Option.Name);

    /// <summary>Writes the file, if one is stated, whole or not at all, and says where it is.</summary>
    public void Write(ParseResult arguments, Screen screen, Func<JsonNode> results) =>
        Write(arguments, screen, path => AtomicFile.WriteText(path, results().ToJsonString(JsonOutput.Indented)));

    /// <summary>The same of what can write itself.</summary>
    public void Write(ParseResult arguments, Screen screen, Action<string> save)
    {
        if (arguments.GetValue(Option) is { } path)
        {
            save(path);
            screen.Say($"{title}: {path}");
        }
    }
}
