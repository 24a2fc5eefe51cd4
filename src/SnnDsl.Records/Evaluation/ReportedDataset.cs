using SnnDsl.Data;

namespace SnnDsl.Evaluation;

/// <summary>Which samples a report is about.</summary>
/// <param name="Name">The data set.</param>
/// <param name="Split">"train" or "test".</param>
/// <param name="Embedded">Whether it is the small subset that travels in a program.</param>
/// <param name="Count">How many samples were taken, from the first on.</param>
public sealed record ReportedDataset(string Name, string Split, bool Embedded, int Count)
{
    /// <summary>Describes a data set.</summary>
    /// <param name="data">The data set.</param>
    public static ReportedDataset Of(Dataset data) => new(data.Name, data.Split, data.IsEmbedded, data.Count);
}
