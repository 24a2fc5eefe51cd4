using System.Text.Json.Serialization;

namespace SnnDsl.Evaluation;

/// <summary>How reports are written and read: <see cref="Records.RecordJson"/>, but for them.</summary>
[JsonSerializable(typeof(AttackReport))]
[JsonSerializable(typeof(CertificationReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
