using System.Text.Json.Serialization;

namespace SnnDsl.Smoothing;

/// <summary>How records of smoothing are written and read: <see cref="Evaluation.Records.RecordJson"/>, but for them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SmoothingRecord))]
internal sealed partial class SmoothingJson : JsonSerializerContext;
