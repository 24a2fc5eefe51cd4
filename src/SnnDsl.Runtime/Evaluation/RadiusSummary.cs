using SnnDsl.Evaluation.Records;

namespace SnnDsl.Evaluation;

/// <summary>Radii of many samples; a sample that is predicted wrong has radius 0.</summary>
public sealed record RadiusSummary
{
    /// <summary>How many samples there are.</summary>
    public required int Samples { get; init; }

    /// <summary>How many of them are done.</summary>
    public required int Recorded { get; init; }

    /// <summary>Predicted right, unperturbed; the share of those that are done.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The mean certified radius of those that are done.</summary>
    public required double MeanRadius { get; init; }

    /// <summary>Their median certified radius.</summary>
    public required double MedianRadius { get; init; }

    /// <summary>The mean of the sizes that break them; the largest size tried where nothing did.</summary>
    public required double MeanBroken { get; init; }

    /// <summary>The time that they took, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Sums records up.</summary>
    /// <param name="records">The records; of none every mean is 0.</param>
    /// <param name="samples">How many samples there are, those without a record included.</param>
    public static RadiusSummary Of(IReadOnlyList<RadiusRecord> records, int samples)
    {
        if (records.Count == 0)
        {
            return new() { Samples = samples, Recorded = 0, Accuracy = 0, MeanRadius = 0, MedianRadius = 0, MeanBroken = 0, Seconds = 0 };
        }

        double[] radii = [.. records.Select(record => record.Radius ?? 0).Order()];
        double most = records[0].Setting.Perturbation.Size ?? 0;
        return new()
        {
            Samples = samples,
            Recorded = records.Count,
            Accuracy = records.Count(record => record.Prediction == record.Label) / (double)records.Count,
            MeanRadius = radii.Average(),
            MedianRadius = (radii[(radii.Length - 1) / 2] + radii[radii.Length / 2]) / 2,
            MeanBroken = records.Average(record => record.Radius is null ? 0 : record.Broken ?? most),
            Seconds = records.Sum(record => record.Seconds),
        };
    }
}
