using SnnDsl.Serialization;

namespace SnnDsl.Evaluation.Records;

/// <summary>Where the files beside a record file are.</summary>
public static class RecordFolders
{
    /// <summary>The folder of counterexamples.</summary>
    /// <param name="records">The record file.</param>
    public static string Counterexamples(string records) => records + ".counterexamples";

    /// <summary>The folder of proofs.</summary>
    /// <param name="records">The record file.</param>
    public static string Proofs(string records) => records + ".proofs";

    /// <summary>The counterexample of a sample.</summary>
    /// <param name="records">The record file.</param>
    /// <param name="index">The sample's index in the published data set.</param>
    public static string Counterexample(string records, long index) => Path.Combine(Counterexamples(records), $"{index}.safetensors");

    /// <summary>The proof of a sample.</summary>
    /// <param name="records">The record file.</param>
    /// <param name="index">The sample's index in the published data set.</param>
    public static string Proof(string records, long index) => Path.Combine(Proofs(records), $"{index}.json.gz");

    /// <summary>Deletes a record file, and the counterexamples and proofs beside it.</summary>
    /// <param name="records">The record file.</param>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public static void Delete(string records)
    {
        File.Delete(records);
        foreach (var (folder, pattern) in new[] { (Counterexamples(records), "*.safetensors"), (Proofs(records), "*.json.gz") })
        {
            // Nothing but what such a run wrote: a folder of that name may be the user's own.
            foreach (string file in Directory.Exists(folder) ? Directory.GetFiles(folder, pattern) : [])
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>A file's name and hash.</summary>
    /// <param name="file">The file.</param>
    internal static RecordedFile Describe(string file) => new(Path.GetFileName(file), SafeTensors.FileHash(file));
}
