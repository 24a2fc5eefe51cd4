using SnnDsl.Evaluation;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SnnDsl.CommandLine.Output;

/// <summary>Where the host writes: bars and colours on a terminal, plain lines elsewhere.</summary>
/// <param name="console">For results.</param>
/// <param name="error">For errors.</param>
/// <param name="interactive">Whether someone watches: then progress is a bar that is drawn over.</param>
internal sealed class Screen(IAnsiConsole console, TextWriter error, bool interactive)
{
    /// <summary>Tables keep their columns when the output goes to a file.</summary>
    private const int PlainWidth = 130;

    /// <summary>The process's own console.</summary>
    public static Screen OfProcess()
    {
        bool interactive = !Console.IsOutputRedirected && !Console.IsErrorRedirected;
        var console = AnsiConsole.Console;
        if (!interactive)
        {
            console.Profile.Width = PlainWidth;
        }

        return new Screen(console, Console.Error, interactive);
    }

    /// <summary>Plain text into writers.</summary>
    public static Screen Plain(TextWriter output, TextWriter error)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        console.Profile.Width = PlainWidth;
        return new Screen(console, error, interactive: false);
    }

    /// <summary>Where results go, for what writes by itself (help texts).</summary>
    public TextWriter Writer => console.Profile.Out.Writer;

    /// <summary>A line of text, as it is.</summary>
    public void Say(string line = "")
    {
        // Spectre wraps what it renders; a line that may hold a path or a command must stay one line.
        if (interactive)
        {
            console.WriteLine(line);
        }
        else
        {
            Writer.WriteLine(line);
        }
    }

    /// <summary>A table or another thing that knows how to draw itself.</summary>
    public void Show(IRenderable renderable) => console.Write(renderable);

    /// <summary>One sentence on standard error.</summary>
    public void Fail(string sentence) => error.WriteLine(sentence.ReplaceLineEndings(" ").Trim());

    /// <summary>More than one line on standard error.</summary>
    public void Explain(string text) => error.WriteLine(text);

    /// <summary>Runs work that reports how far it is.</summary>
    /// <param name="title">What is done, for the bar.</param>
    /// <param name="work">The work.</param>
    public T Track<T>(string title, Func<IProgressReport, T> work)
    {
        if (!interactive)
        {
            return work(new PlainProgress(Writer, title));
        }

        return console.Progress()
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new TimeLeftColumn())
            .Start(context => work(new BarProgress(console, context.AddTask(Markup.Escape(title), maxValue: 1), title)));
    }

    /// <inheritdoc cref="Readable.Percent"/>
    public static string Percent(double share) => Readable.Percent(share);

    /// <inheritdoc cref="Readable.Duration"/>
    public static string Duration(TimeSpan time) => Readable.Duration(time);
}
