using System.Buffers.Binary;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace SnnDsl.Serialization;

/// <summary>
/// Reads and writes safetensors: 8 bytes little-endian length, a JSON header, then the tensors' raw little-endian bytes.
/// Nothing in such a file can run code, and every offset is checked before a byte is used.
/// </summary>
public static class SafeTensors
{
    /// <summary>The format's own limit: no honest header is longer.</summary>
    private const long MaximalHeader = 100_000_000;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its tensors and metadata. The tensors belong to the caller, also inside a DisposeScope: dispose the result.</returns>
    /// <exception cref="SafeTensorsException">The file is absent, damaged, or holds a tensor that cannot be read.</exception>
    public static SafeTensorsFile Read(string path)
    {
        using FileStream file = Open(path);
        var tensors = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        var result = new SafeTensorsFile(tensors, ReadHeader(file, path, out SafeTensorsHeader header));
        try
        {
            long start = file.Position;
            foreach (SafeTensorsEntry entry in header.Entries)
            {
                if (entry.End - entry.Begin > int.MaxValue)
                    throw new SafeTensorsException($"'{path}' holds '{entry.Name}' of {entry.End - entry.Begin} bytes; " +
                        $"tensors of up to {int.MaxValue} bytes can be read.");
                Tensor tensor = empty(entry.Shape, dtype: entry.Type).DetachFromDisposeScope();
                tensors.Add(entry.Name, tensor);
                if (entry.End == entry.Begin) continue;
                Span<byte> bytes = tensor.bytes;
                file.Position = start + entry.Begin;
                file.ReadExactly(bytes);
                if (entry.Type == ScalarType.Bool && bytes.ContainsAnyExcept((byte)0, (byte)1))
                    throw new SafeTensorsException($"'{path}' holds '{entry.Name}' of type BOOL with bytes other than 0 and 1.");
            }
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Writes a file, whole or not at all (<see cref="AtomicFile"/>).</summary>
    /// <param name="path">The file; an existing one is replaced.</param>
    /// <param name="tensors">The tensors, on any device, with different names; the header keeps their order.</param>
    /// <param name="metadata">Free text to go with them.</param>
    /// <exception cref="ArgumentException">Two tensors share a name, or the format has no type for one.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<(string Name, Tensor Tensor)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        var given = tensors.ToList();
        var header = SafeTensorsHeader.Place(given, metadata);
        byte[] json = header.Encode();
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
            stream.Write(length);
            stream.Write(json);
            foreach ((SafeTensorsEntry entry, (_, Tensor tensor)) in header.Entries.Zip(given).OrderBy(pair => pair.First.Begin))
                WithBytes(tensor, bytes => stream.Write(bytes));
        });
    }

    /// <summary>
    /// Names a set of weights: SHA-256, in lower-case hexadecimal, over all tensors in ordinal order of their names, each as
    /// the UTF-8 line <c>name type [size,size,...]</c> with a line feed (types as safetensors spells them: F32, ...) and
    /// then its raw little-endian bytes. It depends on nothing else: not on order, device, metadata or file.
    /// </summary>
    /// <param name="tensors">The weights, on any device.</param>
    public static string WeightsHash(IEnumerable<(string Name, Tensor Tensor)> tensors)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string name, Tensor tensor) in tensors.OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            string line = $"{name} {SafeTensorsHeader.NameOf(tensor.dtype)} [{string.Join(",", tensor.shape)}]\n";
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(line));
            WithBytes(tensor, hash.AppendData);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 of a file's bytes, in lower-case hexadecimal.</summary>
    /// <param name="path">Any file.</param>
    /// <exception cref="IOException">The file is absent or cannot be read.</exception>
    public static string FileHash(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static IReadOnlyDictionary<string, string> ReadHeader(FileStream file, string path, out SafeTensorsHeader header)
    {
        var prefix = new byte[8];
        if (file.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
            throw new SafeTensorsException($"'{path}' is no safetensors file: it has {file.Length} bytes, and the length of " +
                "the header alone takes 8.");
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > MaximalHeader || (long)length > file.Length - 8)
            throw new SafeTensorsException($"'{path}' is truncated or no safetensors file: it announces a header of {length} " +
                $"bytes, {file.Length - 8} are there.");
        var json = new byte[length];
        file.ReadExactly(json);
        try
        {
            header = SafeTensorsHeader.Decode(json, file.Length - file.Position);
            return header.Metadata;
        }
        catch (FormatException e)
        {
            throw new SafeTensorsException($"'{path}' {e.Message}.", e);
        }
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SafeTensorsException($"There is no weights file '{path}'.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SafeTensorsException($"The weights file '{path}' cannot be opened: {e.Message}", e);
        }
    }

    private static void WithBytes(Tensor tensor, BytesAction use)
    {
        if (tensor.NumberOfElements == 0) return;
        using var scope = NewDisposeScope();
        use(tensor.detach().cpu().contiguous().bytes);
    }

    private delegate void BytesAction(ReadOnlySpan<byte> bytes);
}
