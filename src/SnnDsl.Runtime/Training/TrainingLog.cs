using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SnnDsl.Data;
using SnnDsl.Serialization;

namespace SnnDsl.Training;

/// <summary>
/// A file with a line for every epoch of a training run: JSON Lines, or a table where its name ends in <c>.csv</c>. Each line is on the disk when its epoch is
/// over. A run that is taken up goes on where its last checkpoint was: lines of later epochs are written anew.
/// </summary>
/// <example>
/// <code>
/// new Trainer(network, data, options).Run(progress: new TrainingLog("runs/metrics.csv"));
/// </code>
/// </example>
/// <param name="path">The file; a run that starts with epoch 1 replaces it.</param>
public sealed class TrainingLog(string path) : IProgress<TrainingProgress>
{
    private static readonly string[] s_names =
        ["epoch", "loss", "accuracy", "bounded", "size", "learningRate", "samplesPerSecond", "validationAccuracy", "validationBounded", "best", "validationAttacked"];

    private readonly bool isTable = IsTable(path);
    private bool isOpen;

    /// <summary>Writes a line, if an epoch is over.</summary>
    /// <param name="value">Where the run stands.</param>
    /// <exception cref="TrainingException">A run is taken up, and the file holds something else than its epochs.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Report(TrainingProgress value)
    {
        if (!value.EndOfEpoch)
        {
            return;
        }

        if (!isOpen)
        {
            string[] before = value.Epoch > 1 && File.Exists(path) ? [.. Known().TakeWhile(line => EpochOf(line) < value.Epoch)] : [];
            AtomicFile.WriteText(path, string.Concat(((string[])[.. isTable ? [string.Join(',', s_names)] : Array.Empty<string>(), .. before]).Select(line => line + "\n")));
            isOpen = true;
        }

        File.AppendAllText(path, Line(value) + "\n");
    }

    /// <summary>Reads the epochs of a file that was written so, in order.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">It is absent, empty, or holds something else than epochs.</exception>
    public static IReadOnlyList<LoggedEpoch> Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new DataFileException($"There is no file '{path}': give one that train --metrics wrote.");
        }

        bool isTable = IsTable(path);
        string[] lines = [.. File.ReadLines(path).Where(line => line.Length > 0)];
        if (lines.Length <= (isTable ? 1 : 0) || (isTable && lines[0] != string.Join(',', s_names)))
        {
            throw new DataFileException($"'{path}' holds no epochs of a training run: give a file that train --metrics wrote.");
        }

        return [.. lines.Skip(isTable ? 1 : 0).Select((line, i) => Parse(line, isTable, path, i + (isTable ? 2 : 1)))];
    }

    private static LoggedEpoch Parse(string line, bool isTable, string path, int number)
    {
        try
        {
            double?[] values = isTable
                ? [.. line.Split(',').Select(cell => cell.Length == 0 ? (double?)null : double.Parse(cell, CultureInfo.InvariantCulture))]
                : [.. s_names.Select(name => JsonNode.Parse(line)![name] is not { } node ? null
                    : node.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? (node.GetValue<bool>() ? 1.0 : 0.0) : (double?)node.GetValue<double>())];
            double? Value(string name) => values[Array.IndexOf(s_names, name)];
            double Known(string name) => Value(name) is { } value && double.IsFinite(value) ? value : throw new FormatException($"{name} is missing.");
            return new()
            {
                Epoch = checked((int)Known("epoch")), Loss = Known("loss"), Accuracy = Known("accuracy"), Bounded = Value("bounded"),
                ValidationAccuracy = Value("validationAccuracy"), ValidationBounded = Value("validationBounded"),
                ValidationAttacked = Value("validationAttacked"), IsBest = Value("best") is { } best ? best > 0 : null,
            };
        }
        catch (Exception error) when (error is FormatException or OverflowException or JsonException or InvalidOperationException or NullReferenceException or IndexOutOfRangeException)
        {
            throw new DataFileException($"Line {number} of '{path}' is no epoch of a training run: give a file that train --metrics wrote.", error);
        }
    }

    private static bool IsTable(string path) => Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase);

    private IEnumerable<string> Known() => File.ReadLines(path).Skip(isTable ? 1 : 0).Where(line => line.Length > 0);

    private int EpochOf(string line)
    {
        try
        {
            return isTable
                ? int.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)
                : JsonNode.Parse(line)!["epoch"]!.GetValue<int>();
        }
        catch (Exception error) when (error is FormatException or OverflowException or JsonException or InvalidOperationException or NullReferenceException)
        {
            throw new TrainingException($"'{path}' holds lines that are no epochs of a training run: give another file.", error);
        }
    }

    private string Line(TrainingProgress now)
    {
        double?[] values =
        [
            now.Epoch, now.Loss, now.Accuracy, now.Bounded, now.Size, now.LearningRate, Math.Round(now.SamplesPerSecond, 1),
            now.Validation?.Accuracy, now.Validation?.Bounded, now.Validation is null ? null : now.Validation.IsBest ? 1 : 0,
            now.Validation?.Attacked,
        ];
        return isTable
            ? string.Join(',', values.Select(value => value?.ToString(CultureInfo.InvariantCulture)))
            : new JsonObject(s_names.Zip(values, (name, value) => KeyValuePair.Create(name, name switch
            {
                "epoch" => (JsonNode?)now.Epoch,
                "best" => now.Validation?.IsBest,
                _ => value,
            }))).ToJsonString();
    }
}
