using System.Text.Json;
using SnnDsl.Serialization;

namespace SnnDsl.Benchmarks.Paper;

/// <summary>What all jobs are given.</summary>
/// <param name="Data">Where the folders mnist, fashion-mnist and nmnist lie.</param>
/// <param name="Out">Where a job's files go.</param>
/// <param name="Count">At most how many samples of either kind; null for all.</param>
/// <param name="Epochs">How many epochs; null for the network's own.</param>
/// <param name="TimeLimit">Seconds a sample, for auto.</param>
/// <param name="Seed">The seed of everything that is drawn.</param>
internal sealed record Settings(string Data, string Out, int? Count, int? Epochs, double TimeLimit, long Seed)
{
    private string Kept => Path.Combine(Out, "settings.json");

    private string Text => JsonSerializer.Serialize(new { Count, Epochs, TimeLimit, Seed });

    /// <summary>Whether the folder is new, or of the same settings: what it holds is taken for what this run would find.</summary>
    public bool Fits => !File.Exists(Kept) || File.ReadAllText(Kept) == Text;

    /// <summary>Says in the folder what it is of.</summary>
    public void Keep() => AtomicFile.WriteText(Kept, Text);
}
