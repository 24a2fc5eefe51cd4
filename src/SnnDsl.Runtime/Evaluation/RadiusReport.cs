using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SnnDsl.Evaluation.Records;

namespace SnnDsl.Evaluation;

/// <summary>What a search for radii came to.</summary>
/// <param name="Setting">What was asked; its perturbation is the largest that was tried.</param>
/// <param name="Records">The records, one for each sample that is done, in the samples' order.</param>
/// <param name="Summary">The radii of all.</param>
public sealed record RadiusReport(CertificationSetting Setting, [property: JsonIgnore] IReadOnlyList<RadiusRecord> Records, RadiusSummary Summary)
{
    /// <summary>Setting and summary as JSON; the samples are in the records.</summary>
    public JsonObject ToJson() => JsonSerializer.SerializeToNode(this, ReportJson.WithoutNulls.RadiusReport)!.AsObject();
}
