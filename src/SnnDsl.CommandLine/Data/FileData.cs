using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>Data in files of the user's, and perhaps a subset in the program to fall back on.</summary>
/// <param name="name">What <c>--dataset</c> and records call it, such as <c>mnist</c>.</param>
public abstract class FileData(string name) : DataSource(name)
{
    /// <summary>A subset that travels with the program, read where no <c>--data</c> is given.</summary>
    public EmbeddedFiles? Embedded { get; init; }

    /// <summary>What <c>--data</c> takes, for messages, such as <c>FOLDER with a.bin</c>.</summary>
    protected abstract string Expects { get; }

    /// <inheritdoc/>
    public sealed override Dataset Load(string? path, string split, int steps)
    {
        if (path is null && Embedded is null)
        {
            throw new UsageException($"No subset of {Name} is embedded in this program: give --data {Expects}.");
        }

        return path is null ? LoadEmbedded(Embedded!, split, steps) : LoadFiles(path, split, steps);
    }

    /// <summary>Reads the user's files.</summary>
    /// <param name="path">What the user gave as <c>--data</c>.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="steps">T, which events are binned into.</param>
    protected abstract Dataset LoadFiles(string path, string split, int steps);

    /// <summary>Reads the subset in the program.</summary>
    /// <param name="files">Where it lies.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="steps">T, which events are binned into.</param>
    /// <exception cref="NotSupportedException">Such files cannot be embedded.</exception>
    protected virtual Dataset LoadEmbedded(EmbeddedFiles files, string split, int steps) =>
        throw new NotSupportedException($"{GetType().Name} does not read embedded files: give --data {Expects}.");
}
