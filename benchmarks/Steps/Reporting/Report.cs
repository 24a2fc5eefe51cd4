using System.Text.Json;
using System.Text.Json.Serialization;
using SnnDsl.Benchmarks.Measuring;

namespace SnnDsl.Benchmarks.Reporting;

/// <summary>All that one run of the harness found.</summary>
internal sealed record Report
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

    /// <summary>Where and when.</summary>
    public required Machine Machine { get; init; }

    /// <summary>What was measured in which precision, and why something was not.</summary>
    public IReadOnlyList<Precision> Precisions { get; init; } = Precision.All;

    /// <summary>The networks that were measured.</summary>
    public IReadOnlyList<SubjectResult> Subjects { get; init; } = [];

    /// <summary>The steps.</summary>
    public IReadOnlyList<Result> Results { get; init; } = [];

    /// <summary>The single layer.</summary>
    public LayerResult? Layer { get; init; }

    /// <summary>The network with batch normalisation and maxima of spikes.</summary>
    public CsnnResult? Csnn { get; init; }

    /// <summary>Peaks of training steps.</summary>
    public IReadOnlyList<MemoryResult> Memory { get; init; } = [];

    /// <summary>What eager and emitted code learn.</summary>
    public IReadOnlyList<AccuracyResult> Accuracy { get; init; } = [];

    /// <summary>Memory over thousands of steps.</summary>
    public IReadOnlyList<EnduranceResult> Endurance { get; init; } = [];

    /// <summary>Reads a report that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The file holds something else.</exception>
    public static Report Load(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Report>(File.ReadAllText(path), Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}' is not a report of this harness: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the report as JSON.</summary>
    public void Save(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");
}
