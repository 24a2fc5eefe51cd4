using System.Globalization;

namespace SnnDsl.Data;

/// <summary>
/// Loads DVS128 Gesture (Amir et al. 2017): eleven hand and arm gestures, recorded by a sensor of 128 x 128 pixels.
/// </summary>
/// <remarks>
/// The folder is the unpacked archive: <c>trials_to_train.txt</c> and <c>trials_to_test.txt</c> list recordings such as
/// <c>user01_fluorescent.aedat</c> (AEDAT 3.1), and <c>user01_fluorescent_labels.csv</c> gives each one's trials: the class from 1, and
/// the first and the last microsecond. A trial is one sample; its T bins are equal parts of that time. Samples come in the order of the
/// lists.
/// </remarks>
public static class DvsGestureDataset
{
    private const int Classes = 11, Side = 128;

    /// <summary>What the classes are called, as they were published.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
    [
        "hand clapping", "right hand wave", "left hand wave", "right arm clockwise", "right arm counter clockwise", "left arm clockwise",
        "left arm counter clockwise", "arm roll", "air drums", "air guitar", "other gestures",
    ];

    /// <summary>Loads one split.</summary>
    /// <param name="directory">The folder with the lists and the recordings.</param>
    /// <param name="steps">T, the number of time bins.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="pool">How many pixels across make one cell, which is 1 if any of them fired: a divisor of 128.</param>
    /// <param name="name">What records call the data set.</param>
    /// <returns>Inputs [T, B, 2, 128 / pool, 128 / pool]; polarity 1 is brighter.</returns>
    /// <exception cref="DataFileException">A list, a recording or its trials are absent or damaged.</exception>
    /// <exception cref="ArgumentException">The split is neither <c>train</c> nor <c>test</c>, T is below 1, or 128 is no multiple of <paramref name="pool"/>.</exception>
    public static Dataset Load(string directory, int steps, string split, int pool = 1, string name = "dvs-gesture")
    {
        Splits.Check(split);
        if (pool < 1 || Side % pool != 0)
            throw new ArgumentException($"{pool} pixels across cannot make one cell: give a divisor of {Side}.", nameof(pool));
        var frames = new SpikeFrames(steps, [2, Side / pool, Side / pool]);
        string list = Path.Combine(directory, $"trials_to_{split}.txt");
        if (!File.Exists(list))
            throw new DataFileException($"The folder '{directory}' holds no trials_to_{split}.txt; give the folder that the DVS Gesture archive unpacks to.");

        var (cells, labels) = (new List<byte[]>(), new List<long>());
        foreach (string line in Lines(list))
        {
            string recording = Path.Combine(directory, line);
            Trial[] trials = [.. ReadTrials(Path.ChangeExtension(recording, null) + "_labels.csv", frames)];
            using FileStream file = DataFiles.Open(recording);
            foreach (AedatReader.Event e in AedatReader.Read(file, recording, Side, Side))
            {
                int cell = (e.Polarity * (Side / pool) + (e.Y / pool)) * (Side / pool) + (e.X / pool);
                foreach (Trial trial in trials)
                {
                    if (e.Time >= trial.Start && e.Time <= trial.End)
                        frames.Set(trial.Cells, frames.StepOf(e.Time - trial.Start, trial.End - trial.Start), cell);
                }
            }
            cells.AddRange(trials.Select(trial => trial.Cells));
            labels.AddRange(trials.Select(trial => trial.Label));
        }
        if (cells.Count == 0) throw new DataFileException($"'{list}' lists no recording with a trial.");
        return Dataset.Own(new SpikeStore(frames, cells), cells.Count, [.. labels], name, split, Classes, directory).With(classNames: ClassNames);
    }

    private static IEnumerable<Trial> ReadTrials(string path, SpikeFrames frames)
    {
        foreach (string line in Lines(path).Skip(1))
        {
            string[] fields = line.Split(',');
            if (fields.Length != 3 || !TryParse(fields[0], out long label) || !TryParse(fields[1], out long start) || !TryParse(fields[2], out long end))
                throw new DataFileException($"'{path}' has the line '{line}'; each line gives a class, a first and a last microsecond.");
            if (label is < 1 or > Classes) throw new DataFileException($"'{path}' names class {label}; the classes are 1 to {Classes}.");
            if (end <= start) throw new DataFileException($"'{path}' has a trial from {start} to {end} microseconds, which is empty.");
            yield return new(label - 1, start, end, frames.Empty());
        }
    }

    private static bool TryParse(string text, out long number) => long.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(DataFiles.Open(path));
        while (reader.ReadLine() is { } line)
        {
            if (line.Trim() is { Length: > 0 } text) yield return text;
        }
    }

    private sealed record Trial(long Label, long Start, long End, byte[] Cells);
}
