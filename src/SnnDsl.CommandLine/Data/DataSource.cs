using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>A kind of data that networks of a host can be trained and judged on: how to read it from the user's files, and a subset to fall back on.</summary>
/// <param name="name">What <c>--dataset</c> calls it, such as <c>mnist</c>.</param>
public abstract class DataSource(string name)
{
    /// <summary>What <c>--dataset</c> calls it.</summary>
    public string Name { get; } = name;

    /// <summary>A subset that travels with the program, read where no <c>--data</c> is given.</summary>
    public EmbeddedFiles? Embedded { get; init; }

    /// <summary>What <c>--data</c> takes, for help texts and error messages.</summary>
    internal abstract string Expects { get; }

    /// <summary>Whether a network with this encoding takes such data.</summary>
    internal abstract bool Fits(Encoding encoding);

    /// <summary>One split, for a network that runs for a number of steps.</summary>
    /// <param name="path">The user's files; null for the embedded subset.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="steps">T, which events are binned into.</param>
    internal Dataset Load(string? path, string split, int steps)
    {
        if (path is null && Embedded is null)
        {
            throw new UsageException($"No subset of {Name} is embedded in this program: give --data {Expects}.");
        }

        return path is null ? LoadEmbedded(Embedded!, split, steps) : LoadFiles(path, split, steps);
    }

    private protected abstract Dataset LoadFiles(string path, string split, int steps);

    private protected abstract Dataset LoadEmbedded(EmbeddedFiles files, string split, int steps);
}
