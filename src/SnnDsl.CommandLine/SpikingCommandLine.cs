using System.CommandLine;
using System.CommandLine.Help;
using System.Runtime.InteropServices;
using SnnDsl.CommandLine.Commands;
using SnnDsl.CommandLine.Output;
using SnnDsl.Data;
using SnnDsl.Hardware;
using SnnDsl.Networks;
using SnnDsl.Training;

namespace SnnDsl.CommandLine;

/// <summary>
/// A command line for networks of one's own, in one statement: <c>train</c>, <c>evaluate</c>, <c>certify</c>, <c>radius</c>,
/// <c>report</c>, <c>merge</c>, <c>verify</c>, <c>attack</c>, <c>smooth</c>, <c>activity</c>, <c>import</c>, <c>export</c>, <c>models</c> and
/// <c>completion</c>.
/// </summary>
/// <remarks>
/// <code>
/// return await SpikingCommandLine.Create("mnist", "Spiking networks for handwritten digits.")
///     .Model(seed => new FcDirect(seed))
///     .Data(new ImageData("mnist"))
///     .RunAsync(args);
/// </code>
/// Errors that the user can put right are one sentence on standard error and exit code <see cref="ExitCodes.BadInput"/>; they leave
/// every file as it was.
/// </remarks>
public sealed class SpikingCommandLine
{
    private readonly string name;
    private readonly string description;
    private readonly List<ModelRegistration> models = [];
    private readonly List<DataSource> sources = [];
    private Demo? demo;

    private SpikingCommandLine(string name, string description) => (this.name, this.description) = (name, description);

    /// <summary>Begins a command line.</summary>
    /// <param name="name">How people call the program, for the commands in its help texts: <c>mnist</c>, or <c>dotnet run --</c>.</param>
    /// <param name="description">What its networks do, in a sentence.</param>
    public static SpikingCommandLine Create(string name, string description = "Certifiably robust spiking neural networks.") =>
        new(name, description);

    /// <summary>Offers a network, under the name of its class.</summary>
    /// <typeparam name="TNetwork">The network's class.</typeparam>
    /// <param name="create">Creates it with initial weights from a seed: <c>seed => new FcDirect(seed)</c>.</param>
    /// <returns>This.</returns>
    /// <exception cref="ArgumentException">A network of that name is there already.</exception>
    public SpikingCommandLine Model<TNetwork>(Func<long, TNetwork> create)
        where TNetwork : SpikingModule
    {
        string model = typeof(TNetwork).Name;
        if (models.Any(entry => entry.Name.Equals(model, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"A model {model} is registered already: give each class a name of its own.", nameof(create));
        }

        models.Add(new(model, create));
        return this;
    }

    /// <summary>Offers a data set; the first that fits a network is that network's default.</summary>
    /// <param name="source">How to read it.</param>
    /// <returns>This.</returns>
    public SpikingCommandLine Data(DataSource source)
    {
        sources.Add(source);
        return this;
    }

    /// <summary>What the program does when it is run without arguments; help texts if nothing is set.</summary>
    /// <param name="job">The job.</param>
    /// <returns>This.</returns>
    public SpikingCommandLine Demo(Demo job)
    {
        demo = job;
        return this;
    }

    /// <summary>Runs a command on the process's console; Ctrl-C stops it in good order.</summary>
    /// <param name="arguments">The program's arguments.</param>
    /// <returns>The exit code, one of <see cref="ExitCodes"/>.</returns>
    public async Task<int> RunAsync(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        var screen = Screen.OfProcess();
        void Interrupt(PosixSignalContext context)
        {
            // A second signal ends the process at once, in the ordinary way.
            if (!stop.IsCancellationRequested)
            {
                context.Cancel = true;
                screen.Fail("Stopping after this batch; Ctrl-C again stops at once.");
                stop.Cancel();
            }
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
        return await RunAsync(arguments, screen, stop.Token);
    }

    /// <summary>Runs a command with output to writers of one's own, as plain text.</summary>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="output">Takes results.</param>
    /// <param name="error">Takes errors.</param>
    /// <param name="cancellation">Stops the command in good order.</param>
    /// <returns>The exit code, one of <see cref="ExitCodes"/>.</returns>
    public Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter error, CancellationToken cancellation = default) =>
        RunAsync(arguments, Screen.Plain(output, error), cancellation);

    private async Task<int> RunAsync(string[] arguments, Screen screen, CancellationToken cancellation)
    {
        var verbose = new Option<bool>("--verbose") { Description = "Show where an unexpected error came from.", Recursive = true };
        bool explain = arguments.Contains("--verbose");
        try
        {
            var parsed = Parse(arguments, screen, verbose);
            if (parsed.Errors is [var first, ..])
            {
                // Which networks there are is what whoever leaves the name out asks next.
                bool ofModel = first.Message.Contains("'--model'", StringComparison.Ordinal);
                screen.Fail(Sentence(first.Message) + (ofModel ? $" This program knows {string.Join(", ", models.Select(model => model.Name))}." : ""));
                screen.Explain($"'{string.Join(' ', [name, .. CommandPath(parsed), "--help"])}' shows what can be given.");
                return ExitCodes.BadInput;
            }

            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                    Output = screen.Writer,
                },
                cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            screen.Fail("Stopped.");
            return ExitCodes.Cancelled;
        }
        catch (Exception error) when (IsBadInput(error))
        {
            screen.Fail(error.Message);
            return ExitCodes.BadInput;
        }
        catch (TypeInitializationException) when (LibTorch.Missing is { } missing)
        {
            screen.Fail(missing);
            return ExitCodes.BadInput;
        }
        catch (Exception error)
        {
            screen.Fail($"Unexpected error: {error.Message}{(explain ? "" : " (--verbose shows where it came from)")}");
            if (explain)
            {
                screen.Explain(error.ToString());
            }

            return ExitCodes.Failure;
        }
    }

    /// <summary>The commands of the parser.</summary>
    internal IEnumerable<Command> Commands => BuildRoot(Screen.Plain(TextWriter.Null, TextWriter.Null), new("--verbose")).Subcommands;

    /// <summary>What is wrong with arguments, as far as their words tell; nothing is run.</summary>
    internal IEnumerable<string> Check(string[] arguments) =>
        Parse(arguments, Screen.Plain(TextWriter.Null, TextWriter.Null), new("--verbose")).Errors.Select(error => error.Message);

    private ParseResult Parse(string[] arguments, Screen screen, Option<bool> verbose) => BuildRoot(screen, verbose).Parse(
        arguments is [] && demo is not null ? ["demo"] : arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });

    /// <summary>Whether whoever runs the program can put an error right. Messages of such exceptions are whole sentences.</summary>
    private static bool IsBadInput(Exception error) =>
        error is UsageException or DataFileException or TrainingException or NotSupportedException or IOException or UnauthorizedAccessException;

    private static string Sentence(string message) => message.EndsWith('.') ? message : message + ".";

    private static IEnumerable<string> CommandPath(ParseResult parsed)
    {
        string command = parsed.CommandResult.Command.Name;
        return parsed.CommandResult.Command is RootCommand ? [] : [command];
    }

    private RootCommand BuildRoot(Screen screen, Option<bool> verbose)
    {
        var root = new RootCommand(description);
        List<HostCommand> commands =
        [
            new TrainCommand(models, sources, name),
            new CertifyCommand(models, sources),
            new RadiusCommand(models, sources),
            new ReportCommand(models, sources, name),
            new MergeCommand(),
            new VerifyCommand(models, sources),
            new AttackCommand(models, sources),
            new SmoothCommand(models, sources),
            new EvaluateCommand(models, sources),
            new ActivityCommand(models, sources),
            new ImportCommand(models),
            new ExportCommand(models, sources),
            new ModelsCommand(models),
            new CompletionCommand(),
        ];
        if (demo is not null)
        {
            commands.Add(new DemoCommand(models, sources, demo, name));
        }

        foreach (var command in commands)
        {
            root.Add(command.Build(screen));
        }

        root.Add(verbose);
        if (root.Options.OfType<HelpOption>().FirstOrDefault() is { Action: HelpAction standard } help)
        {
            help.Action = new TeachingHelp(standard, name, commands, demo is not null);
        }

        return root;
    }
}
