using System.Text.Json;
using System.Text.Json.Serialization;
using SnnDsl.Benchmarks.Measuring;

namespace SnnDsl.Benchmarks.Reporting;

/// <summary>All that one run of the harness found.</summary>
/// <param name="Machine">Where and when.</param>
/// <param name="Results">The steps.</param>
/// <param name="Layer">The single layer, where it was asked for.</param>
internal sealed record Report(Machine Machine, IReadOnlyList<Result> Results, LayerResult? Layer = null)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
    };

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
