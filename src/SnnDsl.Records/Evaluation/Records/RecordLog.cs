using System.Text.Json;
using SnnDsl.Data;

namespace SnnDsl.Evaluation.Records;

/// <summary>Reads record files.</summary>
public static class RecordLog
{
    /// <summary>
    /// The records of a file, in the order in which they were written. A last line without its line feed is torn: its run was killed
    /// while it wrote, and the line is no record.
    /// </summary>
    /// <typeparam name="TRecord">The kind of record.</typeparam>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">
    /// The file is absent, or a line is no record, was changed, is of another setting than the first, or is of a sample that another
    /// line is about.
    /// </exception>
    public static IReadOnlyList<TRecord> Read<TRecord>(string path)
        where TRecord : SampleRecord, IRecordKind => [.. Lines<TRecord>(path).Select(line => line.Record)];

    /// <summary>The kind of a file's records, as <see cref="SampleRecord.Format"/>; null if it holds none yet.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">The file is absent, or its first line is no record.</exception>
    public static string? FormatOf(string path)
    {
        string line = WholeLines(path).Text.Split('\n')[0];
        try
        {
            return line.Length == 0 ? null : JsonDocument.Parse(line).RootElement.GetProperty("format").GetString();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new DataFileException($"'{path}' line 1 is no record.", error);
        }
    }

    /// <summary>The records of a file, each with its line as it stands there.</summary>
    internal static IReadOnlyList<(string Line, TRecord Record)> Lines<TRecord>(string path)
        where TRecord : SampleRecord, IRecordKind
    {
        var (text, _) = WholeLines(path);
        var records = new List<(string Line, TRecord Record)>();
        var seen = new Dictionary<int, int>();
        foreach (string line in text.Split('\n')[..^1])
        {
            var record = Decode<TRecord>(line, path, records.Count + 1);
            if (records is [var first, ..] && RecordFormat.Difference(first.Record.Setting, record.Setting) is { } difference)
            {
                throw new DataFileException(
                    $"'{path}' line {records.Count + 1} is of another setting than line 1 ({difference.Field} is {difference.Other} and not {difference.One}).");
            }

            if (!seen.TryAdd(record.Position, records.Count + 1))
            {
                throw new DataFileException(
                    $"'{path}' line {records.Count + 1} is about the sample at position {record.Position}, as line {seen[record.Position]} is.");
            }

            records.Add((line, record));
        }

        return records;
    }

    /// <summary>The lines of a file that end in a line feed, and how many bytes they take.</summary>
    internal static (string Text, long Bytes) WholeLines(string path)
    {
        byte[] bytes;
        try
        {
            // Whoever writes the file may go on meanwhile.
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException($"There is no record file '{path}'.", error);
        }

        int whole = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        return (System.Text.Encoding.UTF8.GetString(bytes, 0, whole), whole);
    }

    private static TRecord Decode<TRecord>(string line, string path, int number)
        where TRecord : SampleRecord, IRecordKind
    {
        try
        {
            return RecordFormat.Decode<TRecord>(line);
        }
        catch (InvalidDataException error)
        {
            throw new DataFileException($"'{path}' line {number} {error.Message}.", error);
        }
    }
}
