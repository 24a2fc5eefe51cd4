using System.Text.Json.Serialization;

namespace SnnDsl.Evaluation.Records;

/// <summary>How the fields of records are written and read, known when this library is compiled: a trimmed program has no reflection to find them.</summary>
[JsonSerializable(typeof(CertificateRecord))]
[JsonSerializable(typeof(RadiusRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
