using System.Text.Json;
using System.Text.Json.Serialization;
using SnnDsl.Serialization;
using SnnDsl.Verification;

namespace SnnDsl.CommandLine.Commands;

/// <summary>What verify found, as JSON.</summary>
/// <param name="Records">The record file.</param>
/// <param name="RecordsSha256">The hash of its bytes.</param>
/// <param name="Checked">When it was checked, in UTC; null in a file of a version that did not say it.</param>
/// <param name="Results">What was found, one for each record.</param>
internal sealed record VerificationReport(string Records, string RecordsSha256, DateTime? Checked, [property: JsonPropertyOrder(1)] IReadOnlyList<VerifiedRecord> Results)
{
    /// <summary>How many records were found true.</summary>
    public int Accepted => Results.Count(result => result.Accepted);

    /// <summary>How many were not.</summary>
    public int Rejected => Results.Count - Accepted;

    /// <summary>Reads one of record files as they are now.</summary>
    /// <param name="path">What verify --json wrote.</param>
    /// <param name="records">The record files; it must be of one of them.</param>
    /// <exception cref="UsageException">It is none, or of other records, or of these before they were changed.</exception>
    public static VerificationReport Of(string path, IEnumerable<string> records)
    {
        VerificationReport? report;
        try
        {
            using var stream = File.OpenRead(path);
            report = JsonSerializer.Deserialize(stream, VerificationJson.Default.VerificationReport);
        }
        catch (JsonException)
        {
            report = null;
        }

        // A file of another kind can be read as one without anything in it.
        if (report is not { RecordsSha256: { } hash, Results: { } results } || results.Any(result => result is not { Bounds: not null }))
        {
            throw new UsageException($"--verified '{path}' is not what verify writes: run verify with --json '{path}'.");
        }

        return records.Any(file => SafeTensors.FileHash(file) == hash) ? report : throw new UsageException(
            $"--verified '{path}' is of other records than these, or of these before they were changed: run verify with --json '{path}' again.");
    }

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="records">The record file.</param>
    /// <param name="results">What was found.</param>
    public static void Save(string path, string records, IReadOnlyList<VerifiedRecord> results) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(
            stream, new(records, SafeTensors.FileHash(records), Now(), results), VerificationJson.Default.VerificationReport));

    // To the second: the clock of a machine says no more.
    private static DateTime Now() => DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds()).UtcDateTime;
}
