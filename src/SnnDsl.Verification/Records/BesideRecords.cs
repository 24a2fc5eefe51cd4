using SnnDsl.Evaluation.Records;
using SnnDsl.Serialization;

namespace SnnDsl.Verification.Records;

/// <summary>Finds the files that a record names.</summary>
internal static class BesideRecords
{
    /// <summary>The path of a file whose bytes are those that the record means.</summary>
    /// <param name="records">The record file.</param>
    /// <param name="folder">What is appended to its name for the folder.</param>
    /// <param name="file">The file's name and hash.</param>
    /// <exception cref="RejectedException">It is not there, or was changed.</exception>
    public static string Find(string records, string folder, RecordedFile file)
    {
        // A name that leads elsewhere is none of the run's.
        string path = Path.Combine(records + folder, Path.GetFileName(file.Name));
        if (Path.GetFileName(file.Name) != file.Name || !File.Exists(path))
        {
            throw new RejectedException($"The file {file.Name} that the record names is not in '{records + folder}'.");
        }

        return SafeTensors.FileHash(path) == file.Sha256
            ? path
            : throw new RejectedException($"The file {file.Name} was changed after it was recorded: its hash is another.");
    }
}
