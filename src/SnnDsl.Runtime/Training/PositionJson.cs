using System.Text.Json;
using System.Text.Json.Serialization;

namespace SnnDsl.Training;

/// <summary>How positions are written and read: <see cref="Evaluation.Records.RecordJson"/>, but for them.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Position))]
internal sealed partial class PositionJson : JsonSerializerContext;
