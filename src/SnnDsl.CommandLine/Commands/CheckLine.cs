using SnnDsl.CommandLine.Options;
using SnnDsl.Evaluation.Records;

namespace SnnDsl.CommandLine.Commands;

/// <summary>The command that checks a record file again, whole: as it is printed it runs.</summary>
/// <param name="program">How people call the program.</param>
/// <param name="sources">What it knows of data; it takes a data set's name where there is a choice.</param>
internal sealed class CheckLine(string program, IReadOnlyList<DataSource> sources)
{
    /// <summary>What stands for weights that were not given.</summary>
    public const string NoWeights = "WEIGHTS.safetensors";

    /// <summary>What stands for data that were not given, and that the program does not hold.</summary>
    public const string NoData = "DATA";

    /// <summary>What stands for the file of a box that was not given.</summary>
    public const string NoBox = "BOX.safetensors";

    /// <summary>The weights' file; null if it was not given.</summary>
    public string? Weights { get; init; }

    /// <summary>The data's path; null if it was not given.</summary>
    public string? Data { get; init; }

    /// <summary>The data set's name; null if it was not given.</summary>
    public string? Dataset { get; init; }

    /// <summary>The file of the box of each pixel; null if it was not given.</summary>
    public string? Box { get; init; }

    /// <summary>The command for a file.</summary>
    /// <param name="records">The record file.</param>
    /// <param name="setting">What its records share.</param>
    public string Of(string records, CertificationSetting setting)
    {
        string? dataset = sources.Count < 2 ? null : Dataset ?? Source(setting)?.Name;
        string? data = Data ?? (IsElsewhere(setting) ? NoData : null);
        string[] words =
        [
            "verify", "--model", setting.Model, "--weights", Weights ?? NoWeights, "--records", records,
            .. dataset is null ? [] : new[] { "--dataset", dataset },
            .. data is null ? [] : new[] { "--data", data },
            .. PerturbationOptions.Stating(setting.Perturbation, Box ?? NoBox),
            "--steps", $"{setting.Steps}",
            .. setting.Encoding == "poisson" || setting.Seed != 0 ? ["--seed", $"{setting.Seed}"] : Array.Empty<string>(),
        ];
        return $"{program} {string.Join(' ', words.Select(Quoted))}";
    }

    /// <summary>Where the command is to be run: the program's name says it for an installed one, and not for one that is run from its project.</summary>
    /// <param name="model">A network that the program knows.</param>
    public string Where(string model) => program.StartsWith("dotnet run", StringComparison.Ordinal)
        ? program.Contains("--project", StringComparison.Ordinal)
            ? $"Run it in the folder of the repository with the project that declares {model}."
            : $"Run it in the folder of the project that declares {model}."
        : $"{program} is the program that declares {model}.";

    /// <summary>What the commands for files leave open, in words.</summary>
    public IReadOnlyList<string> Missing(IEnumerable<CertificationSetting> settings)
    {
        var all = settings.ToList();
        return
        [
            .. Weights is null ? [$"{NoWeights} (the network's weights)"] : Array.Empty<string>(),
            .. Data is null && all.Exists(IsElsewhere) ? [$"{NoData} (the data set)"] : Array.Empty<string>(),
            .. Box is null && all.Exists(setting => setting.Perturbation.BoxSha256 is not null) ? [$"{NoBox} (the box of each pixel)"] : Array.Empty<string>(),
        ];
    }

    private DataSource? Source(CertificationSetting setting) => sources.FirstOrDefault(source => source.Name == setting.Dataset.Name);

    // Neither in the program nor made by it.
    private bool IsElsewhere(CertificationSetting setting) => !setting.Dataset.Embedded && Source(setting) is not { TakesPath: false };

    // As shells take it: what is more than letters, digits and the signs of paths stands in single quotes.
    private static string Quoted(string word) => word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_./:=,+@%".Contains(letter))
        ? word
        : $"'{word.Replace("'", "'\\''")}'";
}
