using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace SnnDsl.Serialization;

/// <summary>What the header says of one tensor: where its bytes lie in the data that follows the header.</summary>
internal sealed record SafeTensorsEntry(string Name, ScalarType Type, long[] Shape, long Begin, long End);

/// <summary>The JSON header of a safetensors file.</summary>
internal sealed record SafeTensorsHeader(IReadOnlyList<SafeTensorsEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>What torch can hold.</summary>
    private const int MostDimensions = 64;

    private const string MetadataKey = "__metadata__";

    private static readonly (string Name, ScalarType Type, int Size)[] Types =
    [
        ("F64", ScalarType.Float64, 8), ("F32", ScalarType.Float32, 4), ("F16", ScalarType.Float16, 2), ("BF16", ScalarType.BFloat16, 2),
        ("I64", ScalarType.Int64, 8), ("I32", ScalarType.Int32, 4), ("I16", ScalarType.Int16, 2), ("I8", ScalarType.Int8, 1),
        ("U8", ScalarType.Byte, 1), ("BOOL", ScalarType.Bool, 1),
    ];

    /// <summary>The format's name of an element type.</summary>
    public static string NameOf(ScalarType type) => Types.FirstOrDefault(t => t.Type == type).Name
        ?? throw new ArgumentException($"safetensors has no element type for {type}.");

    /// <summary>
    /// Places tensors one after another. Wide elements come first, so that every tensor is aligned to its element size;
    /// within one size, and in the header, the given order stays.
    /// </summary>
    public static SafeTensorsHeader Place(IEnumerable<(string Name, Tensor Tensor)> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        var given = tensors.ToList();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach ((string name, _) in given)
        {
            if (name == MetadataKey || !names.Add(name))
                throw new ArgumentException($"'{name}' cannot be the name of " +
                    $"{(name == MetadataKey ? "a tensor" : "two tensors")} in one file.");
        }
        var entries = new SafeTensorsEntry[given.Count];
        long offset = 0;
        foreach ((int position, (string name, Tensor tensor)) in given.Index().OrderByDescending(g => g.Item.Tensor.ElementSize))
        {
            long size = tensor.NumberOfElements * tensor.ElementSize;
            entries[position] = new(name, tensor.dtype, tensor.shape, offset, offset += size);
        }
        return new(entries, metadata ?? new Dictionary<string, string>());
    }

    /// <summary>The header's bytes, padded with spaces so that the data behind its 8 bytes of length starts at a multiple of 8.</summary>
    public byte[] Encode()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach ((string key, string value) in Metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }
            foreach (SafeTensorsEntry entry in Entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", NameOf(entry.Type));
                WriteNumbers(json, "shape", entry.Shape);
                WriteNumbers(json, "data_offsets", [entry.Begin, entry.End]);
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        var bytes = new byte[(buffer.WrittenCount + 7) / 8 * 8];
        buffer.WrittenSpan.CopyTo(bytes);
        bytes.AsSpan(buffer.WrittenCount).Fill((byte)' ');
        return bytes;
    }

    /// <summary>Reads and checks a header.</summary>
    /// <param name="bytes">The JSON.</param>
    /// <param name="dataLength">How many bytes follow it: the tensors must cover them all, without gap or overlap.</param>
    /// <exception cref="FormatException">What is wrong, as the end of a sentence that starts with the file's name.</exception>
    public static SafeTensorsHeader Decode(byte[] bytes, long dataLength)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(bytes, new() { AllowDuplicateProperties = false });
            if (json.RootElement.ValueKind != JsonValueKind.Object) throw new FormatException("has a header that is not a JSON object");
            var metadata = new Dictionary<string, string>();
            var entries = new List<SafeTensorsEntry>();
            foreach (JsonProperty property in json.RootElement.EnumerateObject())
            {
                if (property.Name != MetadataKey) entries.Add(DecodeEntry(property));
                else foreach (JsonProperty item in property.Value.EnumerateObject()) metadata.Add(item.Name, item.Value.GetString() ?? "");
            }
            CheckCover(entries, dataLength);
            return new(entries, metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"has a header that is not the JSON of safetensors ({e.Message.TrimEnd('.')})", e);
        }
    }

    private static SafeTensorsEntry DecodeEntry(JsonProperty property)
    {
        if (property.Value.ValueKind != JsonValueKind.Object
            || !property.Value.TryGetProperty("dtype", out JsonElement dtype)
            || !property.Value.TryGetProperty("shape", out JsonElement shapeElement)
            || !property.Value.TryGetProperty("data_offsets", out JsonElement offsetsElement)
            || Numbers(shapeElement) is not { } shape || Numbers(offsetsElement) is not [var begin, var end])
            throw new FormatException($"does not say type, shape and two offsets of '{property.Name}'");
        if (shape.Length > MostDimensions)
            throw new FormatException($"gives '{property.Name}' {shape.Length} dimensions; up to {MostDimensions} can be read");
        string? typeName = dtype.GetString();
        if (Types.FirstOrDefault(t => t.Name == typeName) is not { Name: not null } known)
            throw new FormatException($"holds '{property.Name}' with element type '{typeName}'; " +
                $"{string.Join(", ", Types.Select(t => t.Name))} can be read");
        UInt128 size = (UInt128)known.Size;
        foreach (long length in shape)
        {
            if (length == 0) { size = 0; break; }
            // Both factors are below 2^64 while the product so far is checked, so that 128 bits never overflow.
            if ((size *= (UInt128)length) > long.MaxValue) break;
        }
        if (begin > end || size != (UInt128)(end - begin))
            throw new FormatException($"gives '{property.Name}' the bytes {begin} to {end}, but its type and shape, " +
                $"{typeName} [{string.Join(", ", shape)}], take {size} bytes");
        // A length of 0 among others must not hide that the others are beyond what any tensor can have.
        if (shape.Where(length => length > 0).Aggregate((UInt128)1, (product, length) => product > long.MaxValue ? product : product * (UInt128)length) > long.MaxValue / 8)
            throw new FormatException($"gives '{property.Name}' the sizes {string.Join(" x ", shape)}, more than a tensor can have");
        return new(property.Name, known.Type, shape, begin, end);
    }

    private static void CheckCover(List<SafeTensorsEntry> entries, long dataLength)
    {
        long covered = 0;
        foreach (SafeTensorsEntry entry in entries.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.Begin != covered)
                throw new FormatException($"leaves a gap or an overlap before '{entry.Name}': its bytes start at " +
                    $"{entry.Begin}, the ones before it end at {covered}");
            covered = entry.End;
        }
        if (covered != dataLength)
            throw new FormatException($"{(dataLength < covered ? "is truncated" : "is too long")}: its header announces " +
                $"{covered} bytes of data, {dataLength} are there");
    }

    private static long[]? Numbers(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Array) return null;
        var numbers = new long[element.GetArrayLength()];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (element[i].ValueKind != JsonValueKind.Number || !element[i].TryGetInt64(out numbers[i]) || numbers[i] < 0) return null;
        }
        return numbers;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<long> numbers)
    {
        json.WriteStartArray(name);
        foreach (long number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
