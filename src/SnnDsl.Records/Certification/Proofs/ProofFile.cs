using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace SnnDsl.Certification.Proofs;

/// <summary>Proofs as JSON, compressed by gzip where a file's name ends in .gz (docs/proofs.md has the format).</summary>
public static class ProofFile
{
    /// <summary>The format's name and version.</summary>
    public const string Format = "snndsl-proof-1";

    // Trees are as deep as their splits; JSON's own limits are made for other things.
    private const int Deepest = 4096;

    /// <summary>Writes a proof.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="proof">The proof.</param>
    public static void Save(string path, SearchProof proof) => Serialization.AtomicFile.Write(path, stream =>
    {
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            Write(stream, proof);
            return;
        }

        using var packed = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        Write(packed, proof);
    });

    /// <summary>Reads a proof.</summary>
    /// <param name="path">Where from.</param>
    /// <exception cref="InvalidDataException">The file is no such proof.</exception>
    public static SearchProof Load(string path)
    {
        using var file = File.OpenRead(path);
        using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
        return Read(stream);
    }

    /// <summary>Writes a proof as JSON.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="proof">The proof.</param>
    public static void Write(Stream stream, SearchProof proof)
    {
        using var json = new Utf8JsonWriter(stream, new() { MaxDepth = 2 * Deepest });
        json.WriteStartObject();
        json.WriteString("format", Format);
        json.WriteNumber("label", proof.Label);
        json.WriteStartArray("margins");
        foreach (var margin in proof.Margins)
        {
            json.WriteStartObject();
            json.WriteNumber("rival", margin.Rival);
            json.WriteNumber("bound", margin.Bound);
            json.WriteStartArray("layers");
            foreach (var layer in margin.Layers)
            {
                json.WriteStartObject();
                json.WriteNumber("layer", layer.Layer);
                json.WriteBoolean("trains", layer.HasTrains);
                Numbers(json, "neurons", layer.Neurons);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WritePropertyName("tree");
            Write(json, margin.Tree);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Reads a proof from JSON.</summary>
    /// <param name="stream">Where from.</param>
    /// <exception cref="InvalidDataException">It is no such proof.</exception>
    public static SearchProof Read(Stream stream)
    {
        try
        {
            using var document = JsonDocument.Parse(stream, new() { MaxDepth = 2 * Deepest });
            var root = document.RootElement;
            string? format = root.GetProperty("format").GetString();
            return format == Format
                ? new(root.GetProperty("label").GetInt32(), [.. root.GetProperty("margins").EnumerateArray().Select(ReadMargin)])
                : throw new InvalidDataException($"The proof's format is '{format}', but this version reads '{Format}'.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"This is no proof in the format {Format}: {exception.Message}", exception);
        }
    }

    private static void Write(Utf8JsonWriter json, ProofNode node)
    {
        json.WriteStartObject();
        switch (node)
        {
            case ProofNode.Spike split:
                Numbers(json, "spike", [split.Layer, split.Step, split.Neuron]);
                Sides(json, ("silent", split.Silent), ("fires", split.Fires));
                break;
            case ProofNode.Train split:
                Numbers(json, "train", [split.Neuron, split.Period]);
                Sides(json, ("within", split.Within), ("beyond", split.Beyond));
                break;
            case ProofNode.Pattern split:
                json.WriteStartArray("pattern");
                json.WriteNumberValue(split.Neuron);
                json.WriteStringValue(string.Concat(split.Fires.Select(fires => fires ? '1' : '0')));
                json.WriteEndArray();
                Sides(json, ("atLeast", split.AtLeast), ("less", split.Less));
                break;
            case ProofNode.Pixel split:
                json.WriteStartArray("pixel");
                json.WriteNumberValue(split.Index);
                json.WriteNumberValue(split.Value);
                json.WriteEndArray();
                Sides(json, ("below", split.Below), ("above", split.Above));
                break;
            case ProofNode.Entry split:
                Numbers(json, "entry", [split.Step, split.Index]);
                Sides(json, ("kept", split.Kept), ("flipped", split.Flipped));
                break;
            case ProofNode.Lines lines:
                json.WriteString("leaf", "lines");
                json.WriteBase64String("slopes", MemoryMarshal.AsBytes<float>([.. lines.Slopes]));
                break;
            default:
                json.WriteString("leaf", node is ProofNode.Empty ? "empty" : "counts");
                break;
        }

        json.WriteEndObject();
    }

    private static void Sides(Utf8JsonWriter json, params ReadOnlySpan<(string Name, ProofNode Node)> sides)
    {
        foreach (var (name, node) in sides)
        {
            json.WritePropertyName(name);
            Write(json, node);
        }
    }

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlyList<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (int number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }

    private static MarginProof ReadMargin(JsonElement margin) => new(
        margin.GetProperty("rival").GetInt32(),
        margin.GetProperty("bound").GetDouble(),
        [
            .. margin.GetProperty("layers").EnumerateArray().Select(layer => new ProofLayer(
                layer.GetProperty("layer").GetInt32(), layer.GetProperty("trains").GetBoolean(), Numbers(layer.GetProperty("neurons")))),
        ],
        ReadNode(margin.GetProperty("tree")));

    private static ProofNode ReadNode(JsonElement node)
    {
        if (node.TryGetProperty("spike", out var spike) && Numbers(spike) is [var layer, var step, var neuron])
        {
            return new ProofNode.Spike(layer, step, neuron, Side("silent"), Side("fires"));
        }

        if (node.TryGetProperty("train", out var train) && Numbers(train) is [var unit, var period])
        {
            return new ProofNode.Train(unit, period, Side("within"), Side("beyond"));
        }

        if (node.TryGetProperty("pattern", out var pattern))
        {
            return new ProofNode.Pattern(
                pattern[0].GetInt32(), [.. pattern[1].GetString()!.Select(step => step == '1')], Side("atLeast"), Side("less"));
        }

        if (node.TryGetProperty("pixel", out var pixel))
        {
            return new ProofNode.Pixel(pixel[0].GetInt32(), pixel[1].GetDouble(), Side("below"), Side("above"));
        }

        if (node.TryGetProperty("entry", out var entry) && Numbers(entry) is [var frame, var index])
        {
            return new ProofNode.Entry(frame, index, Side("kept"), Side("flipped"));
        }

        return node.GetProperty("leaf").GetString() switch
        {
            "empty" => new ProofNode.Empty(),
            "counts" => new ProofNode.Counts(),
            "lines" => new ProofNode.Lines(MemoryMarshal.Cast<byte, float>(node.GetProperty("slopes").GetBytesFromBase64()).ToArray()),
            var other => throw new InvalidDataException($"A leaf of the proof is of the unknown kind '{other}'."),
        };

        ProofNode Side(string name) => ReadNode(node.GetProperty(name));
    }

    private static int[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(number => number.GetInt32())];
}
