using System.CommandLine;
using SnnDsl.CommandLine.Output;
using SnnDsl.Data;
using SnnDsl.Networks;

namespace SnnDsl.CommandLine.Options;

/// <summary>Which samples are used.</summary>
internal sealed class DataOptions
{
    private readonly IReadOnlyList<DataSource> sources;
    private readonly Option<string> path;
    private readonly Option<string> dataset;
    private readonly Option<int?> count;

    public DataOptions(IReadOnlyList<DataSource> sources, string countText)
    {
        this.sources = sources;
        bool isEmbedded = sources.OfType<FileData>().Any(source => source.Embedded is not null);
        path = new Option<string>("--data")
        {
            HelpName = "PATH",
            Description = "The files of the data set: a folder, a zip (N-MNIST) or a .npz, as --dataset says."
                + (isEmbedded ? " [default: the subset embedded in this program]" : ""),
            // It can be given all the same, and is told why it cannot.
            Hidden = sources.Count > 0 && sources.All(source => !source.TakesPath),
        };
        dataset = new Option<string>("--dataset")
        {
            Description = "Which data set: it names what --data holds, or chooses the embedded subset. [default: the first that fits the model]",
        }.WithWords([.. sources.Select(source => source.Name)]);
        count = Choice.AtLeast(1, "--count", "N", countText);
    }

    /// <summary>The options; the choice of a data set only where there is one.</summary>
    public IEnumerable<Option> All => [.. Whole, count];

    /// <summary>The options of a command that takes the whole split.</summary>
    public IEnumerable<Option> Whole => sources.Count > 1 ? [path, dataset] : [path];

    /// <summary>The stated path, if any.</summary>
    public string? Path(ParseResult arguments) => arguments.GetValue(path);

    /// <summary>The stated name of the data set, if any.</summary>
    public string? DatasetName(ParseResult arguments) => sources.Count > 1 ? arguments.GetValue(dataset) : null;

    /// <summary>Loads a split, and says what was loaded.</summary>
    /// <param name="arguments">What was given.</param>
    /// <param name="network">The network that the data is for.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="steps">T, which events are binned into.</param>
    /// <param name="screen">Where it is said.</param>
    public Dataset Load(ParseResult arguments, NetworkDescription network, string split, int steps, Screen screen)
    {
        var source = Find(sources, DatasetName(arguments), network);
        return Load(source, arguments.GetValue(path), network, split, steps, arguments.GetValue(count), screen);
    }

    /// <summary>Loads a split, and says what was loaded.</summary>
    public static Dataset Load(DataSource source, string? path, NetworkDescription network, string split, int steps, int? count, Screen screen)
    {
        if (path is not null && !source.TakesPath)
        {
            throw new UsageException($"The data set {source.Name} is made by this program and takes no --data: leave '{path}' out, or register a data source that reads it.");
        }

        var data = Load(source, path, split, steps);
        int all = data.Count;
        data = count is { } first ? data.Take(first) : data;
        CheckShape(data, network);
        string samples = data.Count == all ? $"{all:N0} {split} samples" : $"the first {data.Count:N0} of {all:N0} {split} samples";
        screen.Say($"Data: {source.Name}, {samples} from {(data.IsEmbedded ? "the subset embedded in this program (--data PATH takes all)" : data.Source)}.");
        return data;
    }

    private static Dataset Load(DataSource source, string? path, string split, int steps)
    {
        var names = source.KnownNames();
        try
        {
            var data = source.Load(path, split, steps);
            if (data.Split != split)
            {
                throw new UsageException(
                    $"The data set {source.Name} gave its {data.Split} split where {split} was asked for: its {source.GetType().Name} must pass the split on.");
            }

            // A split without the last classes may know of fewer than the program names.
            return data.ClassNames is not null || names is null ? data.With(name: source.Name)
                : data.With(name: source.Name, classNames: names, classes: Math.Max(data.Classes, names.Count));
        }
        catch (ArgumentException error)
        {
            // A source of the host's own handed over what no data set can be made of; the message is the library's sentence.
            throw new UsageException($"The data set {source.Name} cannot be used: {error.Message.Split(" (Parameter")[0]}");
        }
    }

    /// <summary>The source with a name, or the first that fits.</summary>
    public static DataSource Find(IReadOnlyList<DataSource> sources, string? name, NetworkDescription network)
    {
        if (name is null)
        {
            return sources.FirstOrDefault(source => source.Fits(network)) ?? throw new UsageException(
                $"{network.Name} takes {Takes(network)}, but this program offers no such data: register a DataSource for it.");
        }

        var named = sources.FirstOrDefault(source => source.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? throw new UsageException(
            $"There is no data set '{name}': this program knows {string.Join(", ", sources.Select(source => source.Name))}.");
        return named.Fits(network) ? named : throw new UsageException(
            $"{network.Name} takes {Takes(network)}, which {named.Name} does not hold: give another --dataset or --model.");
    }

    private static string Takes(NetworkDescription network) =>
        $"{(network.Encoding == Encoding.Spikes ? "recorded spikes" : "images")} of {string.Join('x', network.InputShape)}";

    private static void CheckShape(Dataset data, NetworkDescription network)
    {
        var sample = data.InputShape.Skip(network.Encoding == Encoding.Spikes ? 1 : 0);
        if (!sample.SequenceEqual(network.InputShape))
        {
            throw new UsageException(
                $"{network.Name} takes inputs of {string.Join('x', network.InputShape)}, but those of {data.Source} are {string.Join('x', sample)}.");
        }

        if (data.Count == 0)
        {
            throw new UsageException($"{data.Source} holds no {data.Split} samples.");
        }

        if (data.Classes > network.Classes)
        {
            // Labels that begin at 1 look as if there were one class more.
            bool beginsAtOne = data.Classes == network.Classes + 1 && data.Labels.min().item<long>() == 1;
            throw new UsageException($"{network.Name} tells {network.Classes} classes apart, but {data.Name} has {data.Classes}"
                + (beginsAtOne ? $": its labels are 1 to {network.Classes}, and labels begin at 0." : $": give its last layer as many, [Linear({data.Classes})]."));
        }
    }
}
