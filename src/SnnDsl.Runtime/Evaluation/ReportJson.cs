using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnnDsl.Evaluation;

/// <summary>How reports are written and read: <see cref="Records.RecordJson"/>, but for them.</summary>
[JsonSerializable(typeof(AttackReport))]
[JsonSerializable(typeof(CertificationReport))]
[JsonSerializable(typeof(RadiusReport))]
internal sealed partial class ReportJson : JsonSerializerContext
{
    /// <summary>Fields that do not apply are absent, as in records.</summary>
    public static ReportJson WithoutNulls { get; } = new(new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        IndentSize = 1,
    });
}
