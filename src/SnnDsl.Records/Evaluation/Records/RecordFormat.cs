using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using SnnDsl.Certification;

namespace SnnDsl.Evaluation.Records;

/// <summary>
/// A record as a line of JSON. Its last property, <c>sha256</c>, is the hash of all bytes of the line before it (up to, not including,
/// the comma in front of it), so that a changed line is known without parsing it, in any language.
/// </summary>
public static class RecordFormat
{
    private const string Seal = ",\"sha256\":\"";

    // Numbers that JSON cannot write are refused by the serialiser. What a record does not say is left out; what a reader does not know
    // is refused, for an unknown field may change what the record claims.
    private static readonly RecordJson Json = new(new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // Records are read by people too, and never by browsers: a + stays a +.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        Converters = { new JsonStringEnumConverter<Verdict>(JsonNamingPolicy.CamelCase, allowIntegerValues: false), new FiniteConverter<float>(), new FiniteConverter<double>() },
    });

    /// <summary>A record's line, without its line feed.</summary>
    /// <typeparam name="TRecord">The kind of record.</typeparam>
    /// <param name="record">The record.</param>
    public static string Encode<TRecord>(TRecord record)
        where TRecord : SampleRecord, IRecordKind
    {
        string body = JsonSerializer.Serialize(record, typeof(TRecord), Json)[..^1];
        return $"{body}{Seal}{Hash(body)}\"}}";
    }

    /// <summary>The record of a line.</summary>
    /// <typeparam name="TRecord">The kind of record.</typeparam>
    /// <param name="line">The line, without its line feed.</param>
    /// <exception cref="InvalidDataException">
    /// The line is no such record, or was changed after it was written. The message continues "... line 3 ".
    /// </exception>
    public static TRecord Decode<TRecord>(string line)
        where TRecord : SampleRecord, IRecordKind
    {
        int seal = line.LastIndexOf(Seal, StringComparison.Ordinal);
        if (seal < 0 || line.Length != seal + Seal.Length + 64 + 2 || !line.EndsWith("\"}", StringComparison.Ordinal))
        {
            throw new InvalidDataException("is no record: it does not end in its sha256");
        }

        string body = line[..seal];
        if (line[(seal + Seal.Length)..^2] != Hash(body))
        {
            throw new InvalidDataException("was changed after it was written: its sha256 is not that of its content");
        }

        try
        {
            // Before anything else, for other formats have other fields.
            CheckFormat(body + "}", TRecord.FormatName);
            return (TRecord)JsonSerializer.Deserialize(body + "}", typeof(TRecord), Json)!;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"is no {typeof(TRecord).Name}: {error.Message.TrimEnd('.')}", error);
        }
    }

    private static void CheckFormat(string text, string needed)
    {
        using var document = JsonDocument.Parse(text);
        string? found = document.RootElement.ValueKind == JsonValueKind.Object
            && document.RootElement.TryGetProperty("format", out var format) && format.ValueKind == JsonValueKind.String ? format.GetString() : null;
        if (found != needed)
        {
            bool isOlder = found is not null && found.StartsWith(needed[..^1], StringComparison.Ordinal) && string.CompareOrdinal(found, needed) < 0;
            throw new InvalidDataException(
                $"is of the format '{found}', but '{needed}' is needed"
                + (isOlder ? ": older records do not say which box they mean; certify the samples again with this version" : ""));
        }
    }

    /// <summary>The first field in which two settings differ, for error messages; null if they are equal.</summary>
    /// <param name="one">One.</param>
    /// <param name="other">The other.</param>
    /// <returns>The field's path, such as "perturbation.epsilon", and its two values as JSON.</returns>
    internal static (string Field, string One, string Other)? Difference(CertificationSetting one, CertificationSetting other) => one == other
        ? null
        : Difference("", JsonSerializer.SerializeToElement(one, Json.CertificationSetting), JsonSerializer.SerializeToElement(other, Json.CertificationSetting));

    private static (string Field, string One, string Other)? Difference(string path, JsonElement one, JsonElement other)
    {
        if (one.ValueKind != JsonValueKind.Object || other.ValueKind != JsonValueKind.Object)
        {
            return one.GetRawText() == other.GetRawText() ? null : (path, one.GetRawText(), other.GetRawText());
        }

        var absent = JsonElement.Parse("\"none\"");
        var names = one.EnumerateObject().Concat(other.EnumerateObject()).Select(property => property.Name).Distinct();
        return names.Select(name => Difference(
            path.Length == 0 ? name : $"{path}.{name}",
            one.TryGetProperty(name, out var mine) ? mine : absent,
            other.TryGetProperty(name, out var theirs) ? theirs : absent)).FirstOrDefault(found => found is not null);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
}
