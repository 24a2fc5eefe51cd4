using System.Reflection;
using System.Text.Json;
using SnnDsl.Evaluation.Records;
using SnnDsl.Networks;
using SnnDsl.Serialization;

namespace SnnDsl.Evaluation;

/// <summary>The head of a report: all that one needs to repeat it.</summary>
public abstract record Report
{
    // Numbers that JSON cannot write are refused by the serialiser, so that no report ever holds one.
    private static readonly ReportJson Json = new(new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        IndentSize = 1,
    });

    // How a report is written is known for the kinds in this library.
    private protected Report()
    {
    }

    /// <summary>The network's class.</summary>
    public required string Model { get; init; }

    /// <summary>What the adversary may do.</summary>
    public required RecordedPerturbation Perturbation { get; init; }

    /// <summary>T.</summary>
    public required int Steps { get; init; }

    /// <summary>How inputs are encoded: "direct", "poisson" or "spikes".</summary>
    public required string Encoding { get; init; }

    /// <summary>The seed of Poisson encoding.</summary>
    public required long Seed { get; init; }

    /// <summary>The hash of the weights (<see cref="Weights.Hash"/>).</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>The hash of the architecture.</summary>
    public required string ArchitectureSha256 { get; init; }

    /// <summary>The samples.</summary>
    public required ReportedDataset Dataset { get; init; }

    /// <summary>The version that wrote the report.</summary>
    public required string Version { get; init; }

    /// <summary>Writes the report, whole or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, GetType(), Json));

    /// <summary>Reads a report back.</summary>
    /// <typeparam name="TReport">Its kind.</typeparam>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">The file is not such a report.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static TReport Load<TReport>(string path)
        where TReport : Report
    {
        using var stream = File.OpenRead(path);
        try
        {
            return (TReport?)JsonSerializer.Deserialize(stream, typeof(TReport), Json) ?? throw new InvalidDataException($"'{path}' holds no report.");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException($"'{path}' is not a {typeof(TReport).Name}: {error.Message}", error);
        }
    }

    /// <summary>The version of this library.</summary>
    internal static string LibraryVersion { get; } =
        typeof(Report).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>An encoding's name.</summary>
    internal static string Describe(NetworkDescription network) => network.Encoding.ToString().ToLowerInvariant();
}
