using System.Text.Json;
using System.Text.Json.Serialization;
using SnnDsl.Serialization;
using SnnDsl.Verification;

namespace SnnDsl.CommandLine.Commands;

/// <summary>What verify found, as JSON.</summary>
/// <param name="Records">The record file.</param>
/// <param name="RecordsSha256">The hash of its bytes.</param>
/// <param name="Results">What was found, one for each record.</param>
internal sealed record VerificationReport(string Records, string RecordsSha256, [property: JsonPropertyOrder(1)] IReadOnlyList<VerifiedRecord> Results)
{
    /// <summary>How many records were found true.</summary>
    public int Accepted => Results.Count(result => result.Accepted);

    /// <summary>How many were not.</summary>
    public int Rejected => Results.Count - Accepted;

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="records">The record file.</param>
    /// <param name="results">What was found.</param>
    public static void Save(string path, string records, IReadOnlyList<VerifiedRecord> results) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(
            stream, new(records, SafeTensors.FileHash(records), results), VerificationJson.Default.VerificationReport));
}
