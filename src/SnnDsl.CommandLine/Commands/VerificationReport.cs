using System.Text.Json;
using System.Text.Json.Serialization;
using SnnDsl.Serialization;
using SnnDsl.Verification;

namespace SnnDsl.CommandLine.Commands;

/// <summary>What verify found, as JSON.</summary>
internal static class VerificationReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        // A bound of minus infinity is one: nothing could be proved.
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    /// <summary>Writes it, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="records">The record file.</param>
    /// <param name="results">What was found.</param>
    public static void Save(string path, string records, IReadOnlyList<VerifiedRecord> results) =>
        AtomicFile.Write(path, stream => JsonSerializer.Serialize(
            stream,
            new { records, recordsSha256 = SafeTensors.FileHash(records), accepted = results.Count(result => result.Accepted), rejected = results.Count(result => !result.Accepted), results },
            Options));
}
