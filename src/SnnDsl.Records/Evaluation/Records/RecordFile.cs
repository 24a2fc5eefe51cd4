using SnnDsl.Certification.Proofs;
using SnnDsl.Data;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Evaluation.Records;

/// <summary>
/// A record file that is being written, a line at a time: whenever the process ends, even by kill -9, all lines but perhaps the last are
/// whole. Counterexamples and proofs are written, whole, to folders beside it before the records that name them.
/// </summary>
/// <typeparam name="TRecord">The kind of record.</typeparam>
public sealed class RecordFile<TRecord> : IDisposable
    where TRecord : SampleRecord, IRecordKind
{
    private readonly FileStream stream;
    private readonly FileStream held;
    private readonly List<TRecord> records;

    private RecordFile(string path, FileStream held, FileStream stream, IReadOnlyList<TRecord> records) =>
        (Path, this.held, this.stream, this.records) = (path, held, stream, [.. records]);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>All records in it, those from before it was opened included.</summary>
    public IReadOnlyList<TRecord> Records => records;

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file; its folder is created if it is not there.</param>
    /// <exception cref="DataFileException">The file exists already, or another process writes it.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static RecordFile<TRecord> Create(string path)
    {
        if (File.Exists(path))
        {
            throw new DataFileException($"'{path}' exists already: resume it, or choose another file.");
        }

        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
        return new(path, Hold(path), new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read), []);
    }

    /// <summary>Goes on with a file, or begins it if it is not there. A torn last line is cut off.</summary>
    /// <param name="path">The file.</param>
    /// <param name="setting">What its records must be of.</param>
    /// <exception cref="DataFileException">
    /// It holds records of another setting, lines that are no records, or another process writes it.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static RecordFile<TRecord> Resume(string path, CertificationSetting setting)
    {
        if (!File.Exists(path))
        {
            return Create(path);
        }

        var held = Hold(path);
        try
        {
            var records = RecordLog.Read<TRecord>(path);
            if (records is [var first, ..] && RecordFormat.Difference(first.Setting, setting) is { } difference)
            {
                throw new DataFileException(
                    $"'{path}' holds records of another run ({difference.Field} is {difference.One} there and {difference.Other} here): "
                    + "resume with the options of that run, choose another file, or replace this one (--force without --resume).");
            }

            var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read);
            stream.SetLength(RecordLog.WholeLines(path).Bytes);
            stream.Seek(0, SeekOrigin.End);
            return new(path, held, stream, records);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Adds a record.</summary>
    /// <param name="record">The record.</param>
    /// <exception cref="IOException">It cannot be written: the disk is full, for example.</exception>
    public void Append(TRecord record)
    {
        stream.Write(System.Text.Encoding.UTF8.GetBytes(RecordFormat.Encode(record) + "\n"));
        // To the system: a killed process loses nothing, only a machine that loses power may.
        stream.Flush();
        records.Add(record);
    }

    /// <summary>Stores a counterexample.</summary>
    /// <param name="index">The sample's index in the published data set.</param>
    /// <param name="input">The perturbed input, a batch of one.</param>
    /// <param name="sample">The unperturbed one, so that the two can be shown together without the data set.</param>
    /// <param name="setting">The run's setting.</param>
    public RecordedFile SaveCounterexample(long index, Tensor input, Tensor sample, CertificationSetting setting)
    {
        var file = RecordFolders.Counterexample(Path, index);
        SafeTensors.Write(
            file,
            [("input", input), ("sample", sample)],
            new Dictionary<string, string> { ["model"] = setting.Model, ["weightsSha256"] = setting.WeightsSha256, ["index"] = $"{index}" });
        return RecordFolders.Describe(file);
    }

    /// <summary>Stores a proof.</summary>
    /// <param name="index">The sample's index in the published data set.</param>
    /// <param name="proof">The proof.</param>
    public RecordedFile SaveProof(long index, SearchProof proof)
    {
        var file = RecordFolders.Proof(Path, index);
        ProofFile.Save(file, proof);
        return RecordFolders.Describe(file);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stream.Dispose();
        held.Dispose();
    }

    // A lock that ends with the process, however it ends; readers are not kept away.
    private static FileStream Hold(string path)
    {
        try
        {
            return new(path + ".lock", FileMode.OpenOrCreate, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException error) when (File.Exists(path + ".lock"))
        {
            throw new DataFileException($"Another process writes '{path}': wait for it, or give each process a file of its own.", error);
        }
    }
}
