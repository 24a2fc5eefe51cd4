using SnnDsl.Data;
using SnnDsl.Serialization;

namespace SnnDsl.Evaluation.Records;

/// <summary>Joins the record files of shards.</summary>
public static class RecordMerge
{
    /// <summary>
    /// Joins record files: the same lines, in the samples' order, with the files beside them. What is written is whole or not there.
    /// </summary>
    /// <typeparam name="TRecord">The kind of record.</typeparam>
    /// <param name="paths">The files.</param>
    /// <param name="output">The joined file; an existing one is replaced, and it may be one of <paramref name="paths"/>.</param>
    /// <returns>The joined records, and the positions of the samples that none of the files has a record of.</returns>
    /// <exception cref="DataFileException">
    /// Two files are of different settings or disagree on a sample, a file is no record file, or one that a record names is missing or
    /// changed.
    /// </exception>
    /// <exception cref="IOException">The output cannot be written.</exception>
    public static (IReadOnlyList<TRecord> Records, IReadOnlyList<int> Missing) Join<TRecord>(IReadOnlyList<string> paths, string output)
        where TRecord : SampleRecord, IRecordKind
    {
        var all = new SortedDictionary<int, (string Path, string Line, TRecord Record)>();
        (string Path, CertificationSetting Setting)? first = null;
        foreach (string path in paths)
        {
            foreach (var (line, record) in RecordLog.Lines<TRecord>(path))
            {
                first ??= (path, record.Setting);
                if (RecordFormat.Difference(first.Value.Setting, record.Setting) is { } difference)
                {
                    throw new DataFileException(
                        $"'{path}' and '{first.Value.Path}' are of different runs ({difference.Field} is {difference.Other} and {difference.One}): "
                        + "only shards of one run can be joined.");
                }

                if (!all.TryAdd(record.Position, (path, line, record)) && all[record.Position] is var other && !record.AgreesWith(other.Record))
                {
                    throw new DataFileException(
                        $"'{path}' and '{other.Path}' disagree on the sample at position {record.Position}: leave out the record that is wrong.");
                }
            }
        }

        if (first is null)
        {
            throw new DataFileException($"There is no record in {string.Join(", ", paths.Select(path => $"'{path}'"))}.");
        }

        foreach (var (path, _, record) in all.Values)
        {
            Copy(record.StoredProof, RecordFolders.Proofs(path), RecordFolders.Proofs(output));
            Copy(record.StoredCounterexample, RecordFolders.Counterexamples(path), RecordFolders.Counterexamples(output));
        }

        AtomicFile.WriteText(output, string.Concat(all.Values.Select(entry => entry.Line + "\n")));
        int count = first.Value.Setting.Dataset.Count;
        return ([.. all.Values.Select(entry => entry.Record)], [.. Enumerable.Range(0, count).Where(position => !all.ContainsKey(position))]);
    }

    private static void Copy(RecordedFile? file, string from, string to)
    {
        if (file is null)
        {
            return;
        }

        // A name that leads out of the folder is not one that a record file was written with.
        string source = Path.Combine(from, Path.GetFileName(file.Name)), target = Path.Combine(to, Path.GetFileName(file.Name));
        if (!File.Exists(source) || SafeTensors.FileHash(source) != file.Sha256)
        {
            throw new DataFileException($"'{source}' is not there or was changed, but a record names it: bring it back from where the records were made.");
        }

        if (Path.GetFullPath(source) != Path.GetFullPath(target))
        {
            AtomicFile.Write(target, stream =>
            {
                using var content = File.OpenRead(source);
                content.CopyTo(stream);
            });
        }
    }
}
