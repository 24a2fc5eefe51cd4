using System.IO.Compression;
using System.Text.Json;
using SnnDsl.Verification.Records;

namespace SnnDsl.Verification.Proofs;

/// <summary>A proof of one sample's margins (docs/proofs.md), as it stands in its file: hints, none of which is trusted.</summary>
internal sealed class ProofFile : IDisposable
{
    private readonly JsonDocument document;

    private ProofFile(JsonDocument document) => this.document = document;

    /// <summary>Reads a proof.</summary>
    /// <param name="path">The file, compressed or not.</param>
    /// <param name="label">The class whose margins it should be about.</param>
    /// <exception cref="RejectedException">The file is damaged, or is no such proof.</exception>
    public static ProofFile Read(string path, int label)
    {
        try
        {
            var document = JsonDocument.Parse(Bytes(path), new() { MaxDepth = 100_000 });
            var root = document.RootElement;
            return root.GetProperty("format").GetString() == "snndsl-proof-1" && root.GetProperty("label").GetInt32() == label
                ? new(document)
                : throw new RejectedException($"The proof is not one of class {label} in the format snndsl-proof-1.");
        }
        catch (Exception error) when (IsDamage(error))
        {
            throw new RejectedException($"The proof's file is damaged: {error.Message}");
        }
    }

    /// <summary>The proof of a margin; null if intervals alone should show it.</summary>
    /// <param name="rival">The rival.</param>
    public JsonElement? Margin(int rival)
    {
        foreach (var margin in document.RootElement.GetProperty("margins").EnumerateArray())
        {
            if (margin.GetProperty("rival").GetInt32() == rival)
            {
                return margin;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => document.Dispose();

    /// <summary>Whether an exception says that a file is not what it should be.</summary>
    public static bool IsDamage(Exception error) => error
        is JsonException or InvalidDataException or EndOfStreamException or KeyNotFoundException or InvalidOperationException or FormatException
        or IndexOutOfRangeException or OverflowException;

    private static ReadOnlyMemory<byte> Bytes(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes is not [0x1F, 0x8B, ..])
        {
            return bytes;
        }

        using var stream = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        stream.CopyTo(plain);
        return plain.ToArray();
    }
}
