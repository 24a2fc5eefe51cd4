using System.Text.Json.Serialization;

namespace SnnDsl.CommandLine.Commands;

/// <summary>How verify's report is written, known when this library is compiled: a trimmed program has no reflection to find its fields.</summary>
// A bound of minus infinity is one: nothing could be proved.
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(VerificationReport))]
internal sealed partial class VerificationJson : JsonSerializerContext;
