using System.Globalization;
using System.Text.Json;

namespace SnnDsl.Benchmarks.Paper;

/// <summary>What came of a job; shares are of all test samples, and a wrong one counts as attacked and as not certified.</summary>
internal sealed record Outcome
{
    private static readonly JsonSerializerOptions json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>The job's name.</summary>
    public required string Name { get; init; }

    /// <summary>How many samples it was trained on.</summary>
    public required int TrainingSamples { get; init; }

    /// <summary>How many samples it was tested on.</summary>
    public required int TestSamples { get; init; }

    /// <summary>How many epochs.</summary>
    public required int Epochs { get; init; }

    /// <summary>The seed of everything that is drawn.</summary>
    public required long Seed { get; init; }

    /// <summary>The weights.</summary>
    public required string WeightsSha256 { get; init; }

    /// <summary>Predicted right.</summary>
    public required double Accuracy { get; init; }

    /// <summary>What the ensemble breaks.</summary>
    public required double AttackError { get; init; }

    /// <summary>What is not certified, by method; rounding-safe.</summary>
    public required IReadOnlyDictionary<string, double> CertifiedError { get; init; }

    /// <summary>Seconds a sample that auto may take; null where it did not run.</summary>
    public required double? TimeLimit { get; init; }

    /// <summary>Seconds that an epoch took.</summary>
    public required double? EpochSeconds { get; init; }

    /// <summary>A line of JSON.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, json);

    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    public static Outcome Read(string line) => JsonSerializer.Deserialize<Outcome>(line, json)!;

    /// <summary>The table's head.</summary>
    public static string Head =>
        "| network, data | perturbation | T' | training | accuracy | attack error | certified error, S-IBP | S-CROWN | auto | s an epoch |\n|---|---|---:|---|---:|---:|---:|---:|---:|---:|";

    /// <summary>A row of the table.</summary>
    /// <param name="job">The job.</param>
    public string Row(Job job)
    {
        static string Percent(double? share) => share is { } value ? (100 * value).ToString("0.00", CultureInfo.InvariantCulture) : "";
        string Error(string method) => Percent(CertifiedError.TryGetValue(method, out double share) ? share : null);
        string size = job.Budget switch
        {
            Budget.Epsilon => $"epsilon {job.Size.ToString(CultureInfo.InvariantCulture)}",
            Budget.Flips => $"{job.Size} flip{(job.Size == 1 ? "" : "s")}",
            _ => $"retimed by {job.Size}",
        };
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {job.Network}, {job.Data} | {size} | {job.Steps} | {job.Training} | {Percent(Accuracy)} | {Percent(AttackError)} | {Error("s-ibp")} | {Error("s-crown")} | {Error("auto")} | {EpochSeconds:0} |");
    }
}
