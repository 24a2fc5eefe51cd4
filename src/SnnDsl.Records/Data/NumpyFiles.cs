using System.IO.Compression;

namespace SnnDsl.Data;

/// <summary>The arrays of a <c>.npz</c> archive, or of a folder of <c>.npy</c> files, by their names.</summary>
internal sealed class NumpyFiles : IDisposable
{
    private readonly FileStream? _file;
    private readonly ZipArchive? _archive;
    private readonly Dictionary<string, Func<NumpyArray>> _arrays = new(StringComparer.OrdinalIgnoreCase);

    private NumpyFiles(string folder)
    {
        Name = folder;
        foreach (string path in Directory.EnumerateFiles(folder, "*.npy").Order(StringComparer.Ordinal))
            _arrays[Path.GetFileNameWithoutExtension(path)] = () =>
            {
                using FileStream file = DataFiles.Open(path);
                return NumpyArray.Read(file, path);
            };
    }

    private NumpyFiles(Stream stream, string name, FileStream? owned)
    {
        (Name, _file) = (name, owned);
        try
        {
            _archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            foreach (ZipArchiveEntry entry in _archive.Entries.Where(entry => entry.Name.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)))
                _arrays[entry.Name[..^4]] = () => Read(entry);
        }
        catch (Exception e)
        {
            Dispose();
            if (e is InvalidDataException or IOException) throw Damaged(e);
            throw;
        }
    }

    /// <summary>The file or folder, for messages.</summary>
    public string Name { get; }

    /// <summary>Opens what a path names.</summary>
    /// <exception cref="DataFileException">There is nothing, or no archive.</exception>
    public static NumpyFiles Open(string path, string split)
    {
        if (Directory.Exists(path))
        {
            string archive = Path.Combine(path, $"{split}.npz");
            if (!File.Exists(archive)) return new(path);
            path = archive;
        }
        FileStream file = DataFiles.Open(path);
        return new(file, path, file);
    }

    /// <summary>Opens an archive in a stream, which stays open.</summary>
    /// <exception cref="DataFileException">It is no archive.</exception>
    public static NumpyFiles Open(Stream stream, string name) => new(stream, name, null);

    /// <summary>The inputs of a split.</summary>
    /// <exception cref="DataFileException">They are absent, or damaged.</exception>
    public NumpyArray Inputs(string split) => Find(split, "inputs",
        [$"x_{split}", $"{split}_x", $"{split}_images", $"{split}_inputs", $"{split}_data"], ["x", "images", "inputs", "data"]);

    /// <summary>The classes of a split; [N, 1] is read as [N].</summary>
    /// <exception cref="DataFileException">They are absent, damaged, or not one integer a sample.</exception>
    public long[] Labels(string split)
    {
        NumpyArray labels = Find(split, "labels", [$"y_{split}", $"{split}_y", $"{split}_labels"], ["y", "labels"]);
        return labels.Shape is [_] or [_, 1] ? labels.Integers()
            : throw new DataFileException($"The {split} labels of '{Name}' have shape ({string.Join(", ", labels.Shape)}); give (N,), an integer for each input.");
    }

    public void Dispose()
    {
        _archive?.Dispose();
        _file?.Dispose();
    }

    private NumpyArray Find(string split, string what, string[] names, string[] plain)
    {
        // Plain names say nothing of the split, so they count only in a file that is named after it.
        bool ofSplit = Path.GetFileNameWithoutExtension(Name).Equals(split, StringComparison.OrdinalIgnoreCase);
        string[] candidates = ofSplit ? [.. names, .. plain] : names;
        string[] found = [.. candidates.Where(_arrays.ContainsKey)];
        return found switch
        {
            [var one] => _arrays[one](),
            [] => throw new DataFileException($"'{Name}' holds no {split} {what}: expected an array {string.Join(" or ", candidates)}; it holds " +
                (_arrays.Count == 0 ? "no array." : $"{string.Join(", ", _arrays.Keys.Order(StringComparer.Ordinal))}.")),
            _ => throw new DataFileException($"'{Name}' holds more than one array that could be the {split} {what}: {string.Join(", ", found)}; keep one of them."),
        };
    }

    private NumpyArray Read(ZipArchiveEntry entry)
    {
        try
        {
            using Stream content = entry.Open();
            return NumpyArray.Read(content, $"{Name}/{entry.FullName}");
        }
        catch (Exception e) when (e is InvalidDataException or IOException or NotSupportedException)
        {
            throw Damaged(e);
        }
    }

    private DataFileException Damaged(Exception e) => new($"'{Name}' is damaged or truncated, or is no .npz archive ({e.Message.TrimEnd('.')}).", e);
}
