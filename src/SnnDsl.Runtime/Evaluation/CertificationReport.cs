using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SnnDsl.Evaluation.Records;
using SnnDsl.Serialization;

namespace SnnDsl.Evaluation;

/// <summary>What a certification came to.</summary>
/// <param name="Setting">What was asked.</param>
/// <param name="Records">The records, one for each sample that is done, in the samples' order.</param>
/// <param name="Summary">The shares.</param>
public sealed record CertificationReport(
    CertificationSetting Setting, [property: JsonIgnore] IReadOnlyList<CertificateRecord> Records, CertificationSummary Summary)
{
    /// <summary>Whether every sample is done.</summary>
    [JsonIgnore]
    public bool IsComplete => Records.Count == Summary.Samples;

    /// <summary>Writes setting and summary as JSON, whole or not at all; the samples are in the records.</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, ReportJson.WithoutNulls.CertificationReport));

    /// <summary>What <see cref="Save"/> writes.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, ReportJson.WithoutNulls.CertificationReport)!.AsObject();
}
