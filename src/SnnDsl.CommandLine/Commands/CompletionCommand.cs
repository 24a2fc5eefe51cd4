using System.CommandLine;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using SnnDsl.CommandLine.Output;

namespace SnnDsl.CommandLine.Commands;

/// <summary>Prints a script that has a shell complete the program's commands, options and their words.</summary>
internal sealed partial class CompletionCommand() : HostCommand("completion", "Print a script that has a shell complete this program's commands and options.")
{
    private readonly Argument<string> shell = new("shell") { HelpName = string.Join('|', Scripts.Keys), Description = "Which shell." };

    private readonly Option<string?> program = new("--program")
    {
        HelpName = "NAME",
        Description = "What the program is called where you type it (default: its file's name).",
    };

    private readonly Option<bool> json = new("--json") { Description = "The script as JSON, for other programs." };

    // The program itself knows what may follow: the parser's [suggest:position] asks it. What it does not know is left to the shell: files.
    private static Dictionary<string, Func<string, string, string>> Scripts { get; } = new()
    {
        ["bash"] = (name, word) => $$"""
            _{{word}}_complete() {
                local IFS=$'\n'
                COMPREPLY=($(compgen -W "$({{name}} "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
            }
            complete -o default -F _{{word}}_complete {{name}}
            """,
        ["zsh"] = (name, word) => $$"""
            _{{word}}_complete() {
                local -a words_known
                words_known=("${(@f)$({{name}} "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
                compadd -a -- words_known || _files
            }
            compdef _{{word}}_complete {{name}}
            """,
        ["fish"] = (name, _) => $$"""
            complete -c {{name}} -a '({{name}} "[suggest:"(commandline -C)"]" (commandline -p | string collect) 2>/dev/null)'
            """,
        ["pwsh"] = (name, _) => $$"""
            Register-ArgumentCompleter -Native -CommandName {{name}} -ScriptBlock {
                param($word, $line, $cursor)
                & {{name}} "[suggest:$cursor]" "$line" | Where-Object { $_ } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
            }
            """,
    };

    public override IReadOnlyList<string> Examples => ["completion bash >> ~/.bashrc", "completion zsh --program snn"];

    protected override IEnumerable<Option> Options => [program, json];

    protected override IEnumerable<Argument> Arguments => [shell];

    protected override int Run(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        string wanted = arguments.GetRequiredValue(shell);
        if (!Scripts.TryGetValue(wanted, out var script))
        {
            throw new UsageException($"There is no script for the shell '{wanted}': give one of {string.Join(", ", Scripts.Keys)}.");
        }

        string name = arguments.GetValue(program) ?? Path.GetFileNameWithoutExtension(Environment.ProcessPath) ?? "dotnet";
        if (name == "dotnet" || !Command().IsMatch(name))
        {
            throw new UsageException($"A shell completes what one word starts, and '{name}' is no such program: give --program the name that you call it by.");
        }

        string text = script(name, NotAWord().Replace(name, "_"));
        screen.Say(arguments.GetValue(json)
            ? new JsonObject { ["shell"] = wanted, ["program"] = name, ["script"] = text }.ToJsonString(JsonOutput.Indented)
            : text);
        return ExitCodes.Success;
    }

    // It becomes a part of a script.
    [GeneratedRegex(@"^[\w./~+-]+$")]
    private static partial Regex Command();

    [GeneratedRegex(@"\W")]
    private static partial Regex NotAWord();
}
