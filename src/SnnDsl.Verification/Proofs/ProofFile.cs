using System.Buffers.Text;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text.Json;
using SnnDsl.Verification.Records;

namespace SnnDsl.Verification.Proofs;

/// <summary>A proof of one sample's margins (docs/proofs.md), as it stands in its file: hints, none of which is trusted.</summary>
internal sealed class ProofFile
{
    /// <summary>How many bytes a proof may have, unpacked.</summary>
    public const int MostBytes = 256 << 20;

    private readonly byte[] bytes;
    private readonly IReadOnlyDictionary<int, MarginProof> margins;

    private ProofFile(byte[] bytes, IReadOnlyDictionary<int, MarginProof> margins) => (this.bytes, this.margins) = (bytes, margins);

    /// <summary>Reads a proof.</summary>
    /// <param name="path">The file, compressed or not.</param>
    /// <param name="label">The class whose margins it should be about.</param>
    /// <exception cref="RejectedException">The file is damaged or too large, or is no such proof.</exception>
    public static ProofFile Read(string path, int label)
    {
        try
        {
            return Of(Bytes(path), label);
        }
        catch (Exception error) when (error is JsonException or InvalidDataException or EndOfStreamException or FormatException or InvalidOperationException)
        {
            throw new RejectedException($"The proof's file is damaged: {error.Message.TrimEnd('.')}.");
        }
    }

    /// <summary>Reads a proof's JSON.</summary>
    /// <param name="bytes">The JSON.</param>
    /// <param name="label">The class whose margins it should be about.</param>
    public static ProofFile Of(byte[] bytes, int label)
    {
        var (format, own, margins) = ProofSyntax.Read(bytes);
        return format == "snndsl-proof-1" && own == label
            ? new(bytes, margins)
            : throw new RejectedException($"The proof is not one of class {label} in the format snndsl-proof-1.");
    }

    /// <summary>The proof of a margin; null if intervals alone should show it.</summary>
    /// <param name="rival">The rival.</param>
    public MarginProof? Margin(int rival) => margins.GetValueOrDefault(rival);

    /// <summary>The slopes of a leaf.</summary>
    /// <param name="leaf">The leaf.</param>
    /// <param name="count">How many there should be.</param>
    /// <exception cref="FormatException">There are too few or too many, or one is not finite.</exception>
    public float[] Slopes(ProofNode leaf, int count)
    {
        var text = bytes.AsSpan(leaf.Slopes);
        float[] slopes = new float[count];
        var raw = MemoryMarshal.AsBytes(slopes.AsSpan());
        // Of another length, nothing is decoded.
        bool fits = Base64.IsValid(text, out int length) && length == raw.Length
            && Base64.DecodeFromUtf8(text, raw, out _, out int written) == System.Buffers.OperationStatus.Done && written == length;
        if (!fits)
        {
            throw new FormatException($"a leaf gives slopes of {length} bytes, or none in base64, and its neurons take {raw.Length} bytes");
        }

        return Array.TrueForAll(slopes, float.IsFinite) ? slopes : throw new FormatException("a leaf gives slopes that are not finite");
    }

    private static byte[] Bytes(string path)
    {
        using var file = File.OpenRead(path);
        bool isPacked = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream stream = isPacked ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var plain = new MemoryStream();
        byte[] part = new byte[1 << 16];
        for (int read = stream.Read(part); read > 0; read = stream.Read(part))
        {
            if (plain.Length + read > MostBytes)
            {
                throw new LimitException($"The proof's file holds more than {MostBytes >> 20} MiB: proofs of such a size are not read.");
            }

            plain.Write(part, 0, read);
        }

        return plain.ToArray();
    }
}
