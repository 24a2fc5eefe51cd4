using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using SnnDsl.CommandLine.Commands;

namespace SnnDsl.CommandLine.Output;

/// <summary>The standard help, then what the numbers mean and commands to start from.</summary>
internal sealed class TeachingHelp(HelpAction standard, string program, IReadOnlyList<HostCommand> commands, bool hasDemo) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        // Narrower than a line of the remarks, and the same in a pipe as on a terminal.
        standard.MaxWidth = 110;
        var writer = parseResult.InvocationConfiguration.Output;
        using var text = new StringWriter();
        parseResult.InvocationConfiguration.Output = text;
        int code = standard.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = writer;
        // The standard usage names the file that runs, which nobody types where the program is called by dotnet run.
        string usage = $"  {parseResult.RootCommandResult.Command.Name} ";
        string[] lines = text.ToString().Split('\n');
        int at = Array.FindIndex(lines, line => line.StartsWith(usage, StringComparison.Ordinal));
        lines[at] = $"  {program} {lines[at][usage.Length..]}";
        writer.Write(string.Join('\n', lines));
        var command = commands.FirstOrDefault(entry => entry.Name == parseResult.CommandResult.Command.Name);
        string remarks = command?.Remarks ?? Overview;
        if (remarks.Length > 0)
        {
            writer.WriteLine(remarks.TrimEnd());
            writer.WriteLine();
        }

        var examples = command?.Examples ?? [.. commands.SelectMany(entry => entry.Examples.Take(1))];
        if (examples.Count > 0)
        {
            writer.WriteLine("Examples:");
            foreach (string example in examples)
            {
                writer.WriteLine($"  {program} {example}");
            }
        }

        return code;
    }

    private string Overview =>
        $"""
        What comes out for every test sample:
          certified   the bounds prove that no perturbed input changes the class
          attacked    a perturbed input that does change it was found, and can be kept
          unknown     neither: the bounds are too loose, or the attack too weak
        {(hasDemo ? "\nWithout arguments the program runs its demo: train, certify and attack in about two minutes.\n" : "")}
        """;
}
