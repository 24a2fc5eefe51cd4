using System.CommandLine;
using SnnDsl.CommandLine.Output;

namespace SnnDsl.CommandLine.Commands;

/// <summary>One command of the host: its options, its help, and what it does.</summary>
/// <param name="name">What it is called.</param>
/// <param name="description">What it does, for the help.</param>
internal abstract class HostCommand(string name, string description)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary>Examples for the help, without the program's name.</summary>
    public virtual IReadOnlyList<string> Examples => [];

    /// <summary>What the help says after the options.</summary>
    public virtual string Remarks => "";

    /// <summary>Its options in the order of the help.</summary>
    protected abstract IEnumerable<Option> Options { get; }

    /// <summary>What it takes besides options, in order.</summary>
    protected virtual IEnumerable<Argument> Arguments => [];

    /// <summary>Why it does not have an option that one may look for, as in "records name their network"; null where there is nothing to say.</summary>
    protected virtual string? WhyNot(string option) => null;

    /// <summary>The command for the parser.</summary>
    public Command Build(Screen screen)
    {
        var command = new Command(Name, description);
        foreach (var argument in Arguments)
        {
            // The parser takes what begins with a dash, and is no option, for a file of that name.
            argument.Validators.Add(result =>
            {
                if (result.Tokens.FirstOrDefault(token => token.Value is ['-', _, ..])?.Value is { } word)
                {
                    result.AddError($"{Name} has no option '{word}'{(WhyNot(word) is { } reason ? $": {reason}" : "")}.");
                }
            });
            command.Add(argument);
        }

        foreach (var option in Options)
        {
            command.Add(option);
        }

        command.SetAction((arguments, cancellation) => Task.FromResult(Run(arguments, screen, cancellation)));
        return command;
    }

    /// <summary>Does it.</summary>
    /// <returns>The exit code.</returns>
    protected abstract int Run(ParseResult arguments, Screen screen, CancellationToken cancellation);
}
