using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace SnnDsl.Data;

/// <summary>
/// Loads N-MNIST event recordings, binned into T frames of 2 x 34 x 34 cells.
/// </summary>
/// <remarks>
/// A cell [t, p, y, x] is 1 if the recording has any event of polarity p (0: darker, 1: brighter) at pixel (x, y) in bin t.
/// The bins are equal in width. Over a whole recording, with a the earliest and z the latest time stamp, an event at time s
/// falls into bin floor((s - a) T / (z - a)), the latest into T - 1; all into bin 0 if a = z. Over a window [a, z) the same
/// formula holds and events outside the window are left out. All in integers, so that no rounding moves an event.
/// Samples come in the order of their file numbers over all digits, which is the data set's own.
/// </remarks>
public static partial class EventDataset
{
    private const int Classes = 10;

    /// <summary>Published recordings stay below 64 KB; a damaged directory may claim anything.</summary>
    private const long LongestRecording = 64 << 20;

    [GeneratedRegex(@"(?:^|/)(train|test)/(\d{1,9})/(\d{1,9})\.bin$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex RecordingPath();

    /// <summary>Loads one split from a folder or a zip file.</summary>
    /// <param name="path">
    /// A folder that holds <c>Train/&lt;digit&gt;/&lt;number&gt;.bin</c> and <c>Test/...</c>; or a zip file with that layout,
    /// possibly below further folders; or a folder that holds such a zip file.
    /// </param>
    /// <param name="steps">T, the number of time bins.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="window">The part of every recording to bin; none: each from its first to its last event.</param>
    /// <exception cref="DataFileException">The path, or the split in it, is absent, or a recording is damaged.</exception>
    /// <exception cref="ArgumentException">
    /// The split is neither <c>train</c> nor <c>test</c>, T is below 1, or the window is empty.
    /// </exception>
    public static Dataset Load(string path, int steps, string split, EventWindow? window = null)
    {
        if (Directory.Exists(path))
        {
            IEnumerable<string> zips = Directory.EnumerateFiles(path, "*.zip").Order(StringComparer.Ordinal);
            return FromFolder(path, steps, split, window)
                ?? zips.Select(zip => FromZipFile(zip, steps, split, window)).FirstOrDefault(found => found is not null)
                ?? throw None(path, split);
        }
        if (!File.Exists(path))
            throw new DataFileException($"There is no folder or zip file '{path}' to read N-MNIST from.");
        return FromZipFile(path, steps, split, window) ?? throw None(path, split);
    }

    /// <summary>Loads one split from a zip archive in a stream, such as a program's embedded resource.</summary>
    /// <param name="zip">The archive, laid out as <see cref="Load"/> says; it stays open and must be able to seek.</param>
    /// <param name="steps">T, the number of time bins.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="window">The part of every recording to bin; none: each from its first to its last event.</param>
    /// <exception cref="DataFileException">The archive or a recording is damaged, or holds nothing of the split.</exception>
    /// <exception cref="ArgumentException">
    /// The split is neither <c>train</c> nor <c>test</c>, T is below 1, or the window is empty.
    /// </exception>
    public static Dataset FromZip(Stream zip, int steps, string split, EventWindow? window = null) =>
        FromArchive(zip, "embedded archive", "embedded subset of n-mnist", isEmbedded: true, steps, split, window)
            ?? throw None("embedded archive", split);

    private static Dataset? FromFolder(string folder, int steps, string split, EventWindow? window)
    {
        // Only the split's own folder is walked: the whole data set has 70,000 files.
        string? root = Directory.EnumerateDirectories(folder).FirstOrDefault(
            d => Path.GetFileName(d).Equals(split, StringComparison.OrdinalIgnoreCase));
        IEnumerable<string> files = root is null ? [] : Directory.EnumerateFiles(root, "*.bin", SearchOption.AllDirectories);
        return Build(files, file => Path.GetRelativePath(folder, file).Replace('\\', '/'), DataFiles.ReadAll, folder, folder,
            isEmbedded: false, steps, split, window);
    }

    private static Dataset? FromZipFile(string path, int steps, string split, EventWindow? window)
    {
        using FileStream file = DataFiles.Open(path);
        return FromArchive(file, path, path, isEmbedded: false, steps, split, window);
    }

    private static Dataset? FromArchive(Stream stream, string name, string source, bool isEmbedded,
        int steps, string split, EventWindow? window)
    {
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            return Build(archive.Entries, entry => entry.FullName.Replace('\\', '/'), Read, name, source, isEmbedded,
                steps, split, window);
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DataFileException($"The zip file '{name}' is damaged or truncated, or is no zip file " +
                $"({e.Message.TrimEnd('.')}).", e);
        }

        static byte[] Read(ZipArchiveEntry entry)
        {
            if (entry.Length > LongestRecording)
                throw new InvalidDataException($"'{entry.FullName}' claims {entry.Length} bytes, too many for a recording");
            using Stream content = entry.Open();
            // Deflate shrinks to a thousandth at most: what claims more than that is not there.
            if (entry.Length > 4096 + (2048 * entry.CompressedLength))
                throw new InvalidDataException($"'{entry.FullName}' claims {entry.Length} bytes, but {entry.CompressedLength} compressed ones cannot hold them");
            var bytes = new byte[entry.Length];
            content.ReadExactly(bytes);
            return bytes;
        }
    }

    /// <summary>The recordings among some files, ordered and binned; null if there are none of the split.</summary>
    private static Dataset? Build<TFile>(IEnumerable<TFile> files, Func<TFile, string> pathOf, Func<TFile, byte[]> read,
        string container, string source, bool isEmbedded, int steps, string split, EventWindow? window)
    {
        Splits.Check(split);
        var frames = new SpikeFrames(steps, [EventRecording.Polarities, EventRecording.Height, EventRecording.Width]);
        SpikeFrames.Check(window);

        var recordings = new List<(int Number, int Label, string Name, TFile File)>();
        foreach (TFile file in files)
        {
            string path = pathOf(file);
            if (RecordingPath().Match(path) is not { Success: true, Groups: var parts }) continue;
            if (!parts[1].Value.Equals(split, StringComparison.OrdinalIgnoreCase)) continue;
            int label = int.Parse(parts[2].ValueSpan), number = int.Parse(parts[3].ValueSpan);
            if (label >= Classes)
                throw new DataFileException($"The recording '{path}' in '{container}' lies in folder {label}; the folders " +
                    $"are the digits 0 to {Classes - 1}.");
            if (number < 1)
                throw new DataFileException($"The recording '{path}' in '{container}' has number {number}; N-MNIST numbers " +
                    "its recordings from 1.");
            recordings.Add((number, label, path, file));
        }
        if (recordings.Count == 0) return null;

        // Numbers run over all digits; the label only makes the order of files that share a number certain.
        recordings.Sort((a, b) => (a.Number, a.Label, a.Name).CompareTo((b.Number, b.Label, b.Name)));
        var cells = new byte[recordings.Count][];
        var hashes = new string[recordings.Count];
        for (int i = 0; i < cells.Length; i++)
        {
            byte[] events = read(recordings[i].File);
            cells[i] = frames.Bin(EventRecording.Read(events, recordings[i].Name), window);
            hashes[i] = Convert.ToHexStringLower(SHA256.HashData(events));
        }
        if (isEmbedded) source += $", {cells.Length} {split} recordings";
        return new("n-mnist", split, source, isEmbedded, Classes, new SpikeStore(frames, cells, hashes),
            [.. recordings.Select(r => (long)r.Label)], [.. recordings.Select(r => r.Number - 1L)]);
    }

    private static DataFileException None(string where, string split) =>
        new($"'{where}' holds no {split} recordings; they are expected as " +
            $"{(split == Splits.Train ? "Train" : "Test")}/<digit>/<number>.bin.");
}
