namespace SnnDsl.Data;

/// <summary>Loads data sets in NumPy's files: arrays in one <c>.npz</c>, or a <c>.npy</c> each.</summary>
/// <remarks>
/// The arrays of a split are found by their names, whatever the case: <c>x_train</c>, <c>train_x</c>, <c>train_images</c>,
/// <c>train_inputs</c> or <c>train_data</c> for the inputs and <c>y_train</c>, <c>train_y</c> or <c>train_labels</c> for the classes,
/// the same with <c>test</c>; in a file <c>train.npz</c> or <c>test.npz</c> plainly <c>x</c>, <c>images</c>, <c>inputs</c> or <c>data</c>
/// and <c>y</c> or <c>labels</c>. Inputs are [N, features], [N, H, W] (one channel), [N, C, H, W], or [N, H, W, C] where that is said;
/// recorded spikes are [N, T, ...]. uint8 pixels are divided by 255; floats are taken as they are, float64 rounded to float32.
/// </remarks>
public static class NumpyDataset
{
    /// <summary>Loads pixels or features, for networks with direct or Poisson encoding.</summary>
    /// <param name="path">A <c>.npz</c> file, or a folder that holds <c>train.npz</c> and <c>test.npz</c>, or <c>.npy</c> files.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="name">What records call the data set.</param>
    /// <param name="classes">The number of classes; none: the highest label and one.</param>
    /// <param name="channelsLast">Whether four sizes are [N, H, W, C], as in Keras, instead of [N, C, H, W].</param>
    /// <exception cref="DataFileException">A file or an array is absent or damaged, or inputs and labels do not belong together.</exception>
    /// <exception cref="ArgumentException">The split is neither <c>train</c> nor <c>test</c>.</exception>
    public static Dataset Load(string path, string split, string name = "numpy", int? classes = null, bool channelsLast = false)
    {
        Splits.Check(split);
        using var files = NumpyFiles.Open(path, split);
        return Inputs(files, split, name, classes, channelsLast, path);
    }

    /// <summary>Loads pixels or features from a <c>.npz</c> in a stream, such as a program's embedded resource.</summary>
    /// <param name="npz">The archive; it stays open and must be able to seek.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="name">What records call the data set.</param>
    /// <param name="classes">The number of classes; none: the highest label and one.</param>
    /// <param name="channelsLast">Whether four sizes are [N, H, W, C], as in Keras, instead of [N, C, H, W].</param>
    /// <exception cref="DataFileException">An array is absent or damaged, or inputs and labels do not belong together.</exception>
    /// <exception cref="ArgumentException">The split is neither <c>train</c> nor <c>test</c>.</exception>
    public static Dataset FromStream(Stream npz, string split, string name = "numpy", int? classes = null, bool channelsLast = false)
    {
        Splits.Check(split);
        using var files = NumpyFiles.Open(npz, $"{name} archive");
        return Inputs(files, split, name, classes, channelsLast, source: null);
    }

    /// <summary>Loads recorded spikes [N, T, ...] of 0 and 1, for networks with spike encoding.</summary>
    /// <param name="path">A <c>.npz</c> file, or a folder that holds <c>train.npz</c> and <c>test.npz</c>, or <c>.npy</c> files.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="name">What records call the data set.</param>
    /// <param name="classes">The number of classes; none: the highest label and one.</param>
    /// <exception cref="DataFileException">
    /// A file or an array is absent or damaged, a value is neither 0 nor 1, or inputs and labels do not belong together.
    /// </exception>
    /// <exception cref="ArgumentException">The split is neither <c>train</c> nor <c>test</c>.</exception>
    public static Dataset LoadSpikes(string path, string split, string name = "numpy", int? classes = null)
    {
        Splits.Check(split);
        using var files = NumpyFiles.Open(path, split);
        return Spikes(files, split, name, classes, path);
    }

    /// <summary>Loads recorded spikes from a <c>.npz</c> in a stream, such as a program's embedded resource.</summary>
    /// <param name="npz">The archive; it stays open and must be able to seek.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="name">What records call the data set.</param>
    /// <param name="classes">The number of classes; none: the highest label and one.</param>
    /// <exception cref="DataFileException">
    /// An array is absent or damaged, a value is neither 0 nor 1, or inputs and labels do not belong together.
    /// </exception>
    /// <exception cref="ArgumentException">The split is neither <c>train</c> nor <c>test</c>.</exception>
    public static Dataset SpikesFromStream(Stream npz, string split, string name = "numpy", int? classes = null)
    {
        Splits.Check(split);
        using var files = NumpyFiles.Open(npz, $"{name} archive");
        return Spikes(files, split, name, classes, source: null);
    }

    private static Dataset Inputs(NumpyFiles files, string split, string name, int? classes, bool channelsLast, string? source)
    {
        NumpyArray inputs = files.Inputs(split);
        long[] sizes = inputs.Shape;
        if (sizes.Length is not (2 or 3 or 4))
            throw new DataFileException($"The {split} inputs of '{files.Name}' have shape ({string.Join(", ", sizes)}); give (N, features), (N, H, W) or (N, C, H, W).");
        long[] shape = sizes.Length switch
        {
            2 => [sizes[1]],
            3 => [1, sizes[1], sizes[2]],
            _ => channelsLast ? [sizes[3], sizes[1], sizes[2]] : sizes[1..],
        };
        bool turn = channelsLast && sizes.Length == 4;
        return Whole(files, split, name, classes, source, sizes[0], () => inputs.IsBytes
            ? new PixelStore(shape, turn ? ChannelsFirst(inputs.Bytes, sizes) : inputs.Bytes)
            : new ValueStore(shape, Finite(turn ? ChannelsFirst(inputs.Floats(), sizes) : inputs.Floats(), files, split)));
    }

    private static Dataset Spikes(NumpyFiles files, string split, string name, int? classes, string? source)
    {
        NumpyArray spikes = files.Inputs(split);
        long[] sizes = spikes.Shape;
        if (sizes.Length < 3)
            throw new DataFileException($"The {split} inputs of '{files.Name}' have shape ({string.Join(", ", sizes)}); recorded spikes are (N, T, features) or (N, T, C, H, W).");
        return Whole(files, split, name, classes, source, sizes[0], () =>
        {
            var frames = new SpikeFrames((int)sizes[1], sizes[2..]);
            int size = frames.Steps * frames.CellsPerStep;
            ReadOnlySpan<float> values = spikes.Floats();
            var cells = new byte[sizes[0]][];
            for (int i = 0; i < cells.Length; i++) cells[i] = TensorSamples.Pack(values.Slice(i * size, size), frames, i);
            return new SpikeStore(frames, cells);
        });
    }

    private static Dataset Whole(NumpyFiles files, string split, string name, int? classes, string? source, long count, Func<SampleStore> store)
    {
        long[] labels = files.Labels(split);
        if (labels.Length != count)
            throw new DataFileException($"'{files.Name}' has {count} {split} inputs but {labels.Length} labels; the two arrays do not belong together.");
        try
        {
            Dataset data = Dataset.Own(store(), count, labels, name, split, classes, source ?? $"embedded {name}");
            return source is null ? data.Embedded() : data;
        }
        catch (ArgumentException e)
        {
            // What does not fit stands in the file, not in an argument; the first line has no parameter's name.
            throw new DataFileException($"'{files.Name}' cannot be used: {e.Message.Split(" (Parameter")[0]}", e);
        }
    }

    private static float[] Finite(float[] values, NumpyFiles files, string split)
    {
        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        return bad < 0 ? values : throw new DataFileException(FormattableString.Invariant($"The {split} inputs of '{files.Name}' hold {values[bad]} at position {bad}; inputs must be finite in float32."));
    }

    private static T[] ChannelsFirst<T>(T[] values, long[] sizes)
    {
        (int pixels, int channels) = ((int)(sizes[1] * sizes[2]), (int)sizes[3]);
        var turned = new T[values.Length];
        for (int start = 0; start < values.Length; start += pixels * channels)
        {
            for (int i = 0; i < pixels * channels; i++) turned[start + (i % channels * pixels) + (i / channels)] = values[start + i];
        }
        return turned;
    }
}
