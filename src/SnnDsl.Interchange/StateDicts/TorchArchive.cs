using System.IO.Compression;
using static TorchSharp.torch;

namespace SnnDsl.Interchange;

/// <summary>A file that <c>torch.save</c> of PyTorch 1.6 or newer wrote: a zip archive of a pickle and of the numbers of every storage.</summary>
internal sealed class TorchArchive : IDisposable
{
    private const string PickleName = "data.pkl";

    // What torch can hold.
    private const int MostDimensions = 64;

    private readonly string path;
    private readonly FileStream stream;
    private readonly ZipArchive zip;
    private readonly string prefix;

    /// <summary>Opens a file.</summary>
    /// <exception cref="InterchangeException">It is no such archive.</exception>
    public TorchArchive(string path)
    {
        this.path = path;
        stream = File.OpenRead(path);
        try
        {
            zip = new(stream, ZipArchiveMode.Read);
            var pickles = zip.Entries.Where(entry => entry.FullName == PickleName || entry.FullName.EndsWith($"/{PickleName}", StringComparison.Ordinal)).ToList();
            prefix = pickles is [var pickle] ? pickle.FullName[..^PickleName.Length] : throw Wrong($"holds {pickles.Count} pickles ({PickleName}), but a file of torch.save holds one");
            if (zip.GetEntry($"{prefix}constants.pkl") is not null)
            {
                throw Wrong("is TorchScript, a program: save model.state_dict() by torch.save");
            }

            if (zip.GetEntry($"{prefix}byteorder") is { } order && System.Text.Encoding.UTF8.GetString(Bytes(order)) != "little")
            {
                throw Wrong("was saved on a machine with another order of bytes: save it again on a little-endian one");
            }
        }
        catch (InvalidDataException damaged)
        {
            stream.Dispose();
            throw Wrong($"is a damaged archive ({damaged.Message.TrimEnd('.')})", damaged);
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>Whether a file is a zip archive.</summary>
    /// <exception cref="InterchangeException">There is no such file, or it cannot be opened.</exception>
    public static bool IsArchive(string path) => StartsWith(path, [(byte)'P', (byte)'K', 3, 4]);

    /// <summary>Whether a file is a bare pickle, as PyTorch before 1.6 wrote it.</summary>
    /// <exception cref="InterchangeException">There is no such file, or it cannot be opened.</exception>
    public static bool IsLegacy(string path) => StartsWith(path, [0x80, 0x02, 0x8a, 0x0a]);

    /// <summary>What the pickle holds.</summary>
    public object? Read()
    {
        try
        {
            return new Unpickler(Bytes(zip.GetEntry($"{prefix}{PickleName}")!)).Read();
        }
        catch (FormatException wrong)
        {
            throw Wrong(wrong.Message, wrong);
        }
    }

    /// <summary>A tensor of the pickle, with numbers of its own.</summary>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="pickled">What the pickle says of it.</param>
    public Tensor Make(string name, PickledTensor pickled)
    {
        var (storage, offset, sizes, strides) = pickled;
        var entry = zip.GetEntry($"{prefix}data/{storage.Key}") ?? throw Wrong($"holds no numbers of {name} (data/{storage.Key})");
        var bytes = Bytes(entry);
        if ((UInt128)bytes.LongLength != (UInt128)storage.Count * (UInt128)Unpickler.StorageTypes[storage.Type])
        {
            throw Wrong($"holds {bytes.LongLength} bytes for the {storage.Count} numbers of {name}, {storage.Type}");
        }

        UInt128 count = sizes.Aggregate((UInt128)1, (product, size) => product > long.MaxValue ? product : product * (UInt128)size);
        // The last number that it reaches; no size is beyond the numbers that are there.
        UInt128 end = (UInt128)Math.Max(0, offset) + sizes.Zip(strides).Aggregate((UInt128)1, (sum, pair) => sum + ((UInt128)Math.Max(0, pair.First - 1) * (UInt128)pair.Second));
        if (sizes.Length != strides.Length || sizes.Length > MostDimensions || offset < 0 || sizes.Any(size => size > Array.MaxLength)
            || count > (UInt128)storage.Count || (count > 0 && end > (UInt128)storage.Count))
        {
            throw Wrong($"gives {name} the sizes [{string.Join(", ", sizes)}] from {offset} in steps of [{string.Join(", ", strides)}], more than the {storage.Count} numbers that it holds");
        }

        using var scope = NewDisposeScope();
        var whole = empty([storage.Count], TypeOf(storage.Type));
        if (bytes.Length > 0)
        {
            bytes.CopyTo(whole.bytes);
        }

        if (storage.Type == "torch.BoolStorage" && bytes.AsSpan().ContainsAnyExcept((byte)0, (byte)1))
        {
            throw Wrong($"holds {name} of true and false with bytes other than 0 and 1");
        }

        if (count == 0)
        {
            return empty(sizes, TypeOf(storage.Type)).DetachFromDisposeScope();
        }

        return whole.as_strided(sizes, strides, offset).clone().contiguous().DetachFromDisposeScope();
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        zip.Dispose();
        stream.Dispose();
    }

    private static bool StartsWith(string path, ReadOnlySpan<byte> start)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> head = stackalloc byte[start.Length];
            return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual(start);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InterchangeException($"There is no file '{path}'.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InterchangeException($"'{path}' cannot be opened: {e.Message}", e);
        }
    }

    private static ScalarType TypeOf(string storage) => storage switch
    {
        "torch.DoubleStorage" => ScalarType.Float64,
        "torch.FloatStorage" => ScalarType.Float32,
        "torch.HalfStorage" => ScalarType.Float16,
        "torch.BFloat16Storage" => ScalarType.BFloat16,
        "torch.LongStorage" => ScalarType.Int64,
        "torch.IntStorage" => ScalarType.Int32,
        "torch.ShortStorage" => ScalarType.Int16,
        "torch.CharStorage" => ScalarType.Int8,
        "torch.ByteStorage" => ScalarType.Byte,
        _ => ScalarType.Bool,
    };

    // torch.save compresses nothing: an entry is as long as its part of the file, so that no file unpacks to more than itself.
    private byte[] Bytes(ZipArchiveEntry entry)
    {
        if (entry.CompressedLength != entry.Length || entry.Length > Array.MaxLength)
        {
            throw Wrong($"holds '{entry.FullName}' compressed, or of more than {Array.MaxLength} bytes, which torch.save does not write");
        }

        var bytes = new byte[entry.Length];
        try
        {
            using var content = entry.Open();
            content.ReadExactly(bytes);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw Wrong($"is damaged at '{entry.FullName}' ({e.Message.TrimEnd('.')})", e);
        }

        return bytes;
    }

    private InterchangeException Wrong(string what, Exception? inner = null) => new($"'{path}' {what}.", inner);
}
