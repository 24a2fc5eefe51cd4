using PureHDF;

namespace SnnDsl.Data;

/// <summary>
/// Loads the Heidelberg spiking data sets (Cramer et al. 2020): spoken digits (SHD, 20 classes) and commands (SSC, 35 classes) as
/// spikes of 700 channels of an artificial cochlea, in HDF5.
/// </summary>
/// <remarks>
/// A file holds, for each recording, <c>spikes/times</c> in seconds and <c>spikes/units</c>, the channels, and <c>labels</c>. Times are
/// rounded to whole microseconds, then binned: T equal bins from 0 to the stated length, spikes after it left out.
/// </remarks>
public static class HeidelbergDataset
{
    /// <summary>The number of channels.</summary>
    public const int Channels = 700;

    /// <summary>What the classes of the spoken digits are called: as they are spoken, in English and in German.</summary>
    public static IReadOnlyList<string> DigitNames { get; } =
    [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        "null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun",
    ];

    /// <summary>Loads one split of the spoken digits.</summary>
    /// <param name="path">A folder that holds <c>shd_train.h5</c> and <c>shd_test.h5</c>, unpacked, or one such file.</param>
    /// <param name="steps">T, the number of time bins.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="pool">How many neighbouring channels make one cell, which is 1 if any of them fired: a divisor of 700.</param>
    /// <param name="seconds">How much of each recording is binned; no digit is longer than 1.4 s.</param>
    /// <param name="name">What records call the data set.</param>
    /// <returns>Inputs [T, B, 700 / pool].</returns>
    /// <exception cref="DataFileException">The file is absent, damaged, or not laid out as said.</exception>
    /// <exception cref="ArgumentException">
    /// The split is neither <c>train</c> nor <c>test</c>, T is below 1, 700 is no multiple of <paramref name="pool"/>, or the length is
    /// not above 0.
    /// </exception>
    public static Dataset LoadDigits(string path, int steps, string split, int pool = 1, double seconds = 1.4, string name = "shd") =>
        Load(path, "shd", classes: 20, steps, split, pool, seconds, name);

    /// <summary>Loads one split of the spoken commands.</summary>
    /// <param name="path">A folder that holds <c>ssc_train.h5</c> and <c>ssc_test.h5</c>, unpacked, or one such file.</param>
    /// <param name="steps">T, the number of time bins.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="pool">How many neighbouring channels make one cell, which is 1 if any of them fired: a divisor of 700.</param>
    /// <param name="seconds">How much of each recording is binned; commands last about 1 s.</param>
    /// <param name="name">What records call the data set.</param>
    /// <returns>Inputs [T, B, 700 / pool].</returns>
    /// <exception cref="DataFileException">The file is absent, damaged, or not laid out as said.</exception>
    /// <exception cref="ArgumentException">
    /// The split is neither <c>train</c> nor <c>test</c>, T is below 1, 700 is no multiple of <paramref name="pool"/>, or the length is
    /// not above 0.
    /// </exception>
    public static Dataset LoadCommands(string path, int steps, string split, int pool = 1, double seconds = 1.4, string name = "ssc") =>
        Load(path, "ssc", classes: 35, steps, split, pool, seconds, name);

    private static Dataset Load(string path, string prefix, int classes, int steps, string split, int pool, double seconds, string name)
    {
        if (split is not ("train" or "test")) throw new ArgumentException($"There is no split '{split}'; give 'train' or 'test'.", nameof(split));
        if (pool < 1 || Channels % pool != 0)
            throw new ArgumentException($"{pool} channels cannot make one cell: give a divisor of {Channels}.", nameof(pool));
        if (!(seconds is > 0 and < 1e6)) throw new ArgumentException($"{seconds} is no length in seconds.", nameof(seconds));
        string file = Directory.Exists(path) ? Path.Combine(path, $"{prefix}_{split}.h5") : path;
        if (!File.Exists(file)) throw new DataFileException($"There is no file '{file}'; unpack {prefix}_{split}.h5.gz there.");

        EventSample[] samples = Read(file, pool);
        if (samples.Length == 0) throw new DataFileException($"'{file}' holds no recordings.");
        int bad = Array.FindIndex(samples, sample => sample.Label < 0 || sample.Label >= classes);
        if (bad >= 0) throw new DataFileException($"'{file}' gives recording {bad} the class {samples[bad].Label}; the classes are 0 to {classes - 1}.");
        var window = new EventWindow(0, (long)Math.Round(seconds * 1e6));
        return Dataset.FromEvents(samples, [Channels / pool], steps, name, split, classes, window)
            .With(source: file, classNames: classes == DigitNames.Count ? DigitNames : null);
    }

    private static EventSample[] Read(string file, int pool)
    {
        IReadOnlyList<double[]> times;
        ushort[]?[] units;
        long[] labels;
        try
        {
            using var h5 = H5File.OpenRead(file);
            var (timeSet, unitSet, labelSet) = (h5.Dataset("spikes/times"), h5.Dataset("spikes/units"), h5.Dataset("labels"));
            CheckLengths(timeSet, unitSet, labelSet, file);
            times = Times(timeSet);
            units = unitSet.Read<ushort[]?[]>();
            labels = Labels(labelSet);
        }
        catch (Exception e) when (e is not DataFileException)
        {
            // The reader throws what it happens to meet first in a file that it does not understand, arrays that cannot be among it.
            throw new DataFileException($"'{file}' is damaged, or no HDF5 file with spikes/times, spikes/units and labels ({e.Message.TrimEnd('.')}).", e);
        }
        var samples = new EventSample[labels.Length];
        for (int i = 0; i < samples.Length; i++) samples[i] = new(Events(times[i], units[i] ?? [], pool, file, i), labels[i]);
        return samples;
    }

    // Before anything is read: a damaged header may claim any length, and the reader would take memory for it.
    private static void CheckLengths(IH5Dataset times, IH5Dataset units, IH5Dataset labels, string file)
    {
        ulong[][] lengths = [times.Space.Dimensions, units.Space.Dimensions, labels.Space.Dimensions];
        if (lengths is not [[var recordings], [var ofUnits], [var ofLabels]])
            throw new DataFileException($"'{file}' has spikes/times, spikes/units or labels of more than one dimension; each is a list, an entry a recording.");
        if (recordings != ofUnits || recordings != ofLabels)
            throw new DataFileException($"'{file}' has {recordings} lists of times, {ofUnits} of units and {ofLabels} labels; they do not belong together.");
        if (recordings > (ulong)new FileInfo(file).Length)
            throw new DataFileException($"'{file}' claims {recordings} recordings, more than so small a file can hold: it is damaged.");
    }

    private static SensorEvent[] Events(double[] times, ushort[] units, int pool, string file, int recording)
    {
        if (times.Length != units.Length)
            throw new DataFileException($"Recording {recording} of '{file}' has {times.Length} times but {units.Length} units.");
        var events = new SensorEvent[times.Length];
        for (int i = 0; i < events.Length; i++)
        {
            if (!(Math.Abs(times[i]) < 1e9)) throw new DataFileException($"Recording {recording} of '{file}' has a spike at {times[i]} seconds.");
            if (units[i] >= Channels) throw new DataFileException($"Recording {recording} of '{file}' has a spike of channel {units[i]}; there are {Channels}, from 0.");
            events[i] = new((long)Math.Round(times[i] * 1e6), units[i] / pool);
        }
        return events;
    }

    // SHD stores float16, SSC float16 or float32, by release; a reader must ask for what is stored.
    private static IReadOnlyList<double[]> Times(IH5Dataset set) => set.Type.VariableLength?.BaseType.Size switch
    {
        2 => [.. set.Read<Half[]?[]>().Select(row => Array.ConvertAll(row ?? [], time => (double)time))],
        4 => [.. set.Read<float[]?[]>().Select(row => Array.ConvertAll(row ?? [], time => (double)time))],
        8 => [.. set.Read<double[]?[]>().Select(row => row ?? [])],
        _ => throw new NotSupportedException("spikes/times are no lists of floats"),
    };

    private static long[] Labels(IH5Dataset set) => set.Type.Size switch
    {
        1 => Array.ConvertAll(set.Read<byte[]>(), label => (long)label),
        2 => Array.ConvertAll(set.Read<ushort[]>(), label => (long)label),
        4 => Array.ConvertAll(set.Read<uint[]>(), label => (long)label),
        _ => set.Read<long[]>(),
    };
}
