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

    /// <summary>The command for the parser.</summary>
    public Command Build(Screen screen)
    {
        var command = new Command(Name, description);
        foreach (var argument in Arguments)
        {
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
