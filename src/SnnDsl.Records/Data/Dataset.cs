using System.Buffers;
using static TorchSharp.torch;

namespace SnnDsl.Data;

/// <summary>
/// Labelled samples in the order of their files. Inputs are kept as the bytes or bits that they are and become float32
/// only in the batches that are asked for. Made from data of one's own by <see cref="FromTensors"/>, <see cref="FromSpikes"/> and
/// <see cref="FromEvents"/>, and from files by <see cref="ImageDataset"/>, <see cref="EventDataset"/>, <see cref="NumpyDataset"/>,
/// <see cref="CifarDataset"/> and <see cref="DvsGestureDataset"/>.
/// </summary>
/// <example>
/// <code>
/// Tensor inputs = torch.rand(100, 1, 8, 8), labels = torch.randint(0, 3, [100]);
/// var data = Dataset.FromTensors(inputs, labels);
/// new Trainer(network, data, options).Run();
/// </code>
/// </example>
public sealed class Dataset
{
    // Beside controls: the two ends of line and paragraph, marks that turn directions, and what is no character, which no XML can hold.
    private static readonly SearchValues<char> s_controls = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(i => (char)i).Where(char.IsControl), .. "\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069\uFFFE\uFFFF"]);

    private readonly SampleStore _store;
    private readonly int[] _rows;
    private readonly long[] _labels;
    private readonly long[] _indices;

    /// <summary>All rows of a store.</summary>
    internal Dataset(string name, string split, string source, bool isEmbedded, int classes,
        SampleStore store, long[] labels, long[] indices)
        : this(name, split, source, isEmbedded, classes, store, [.. Enumerable.Range(0, labels.Length)], labels, indices)
    {
    }

    private Dataset(string name, string split, string source, bool isEmbedded, int classes,
        SampleStore store, int[] rows, long[] labels, long[] indices)
    {
        (Name, Split, Source, IsEmbedded, Classes) = (name, split, source, isEmbedded, classes);
        (_store, _rows, _labels, _indices) = (store, rows, labels, indices);
        // It lives as long as the data set, not as the scope in which the data set happens to be loaded.
        Labels = tensor(labels, dtype: ScalarType.Int64).DetachFromDisposeScope();
    }

    /// <summary>
    /// A data set of one's own for networks that take pixels or features (direct and Poisson encoding). The values are copied.
    /// </summary>
    /// <param name="inputs">
    /// [N, features] or [N, C, H, W], on any device: float32 as the network shall see it (bounds, attacks and Poisson encoding want
    /// [0, 1]), or uint8, of which each value is divided by 255.
    /// </param>
    /// <param name="labels">The classes, from 0: integers, [N].</param>
    /// <param name="name">What records call the data set.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="classes">The number of classes; none: the highest label and one.</param>
    /// <exception cref="ArgumentException">
    /// Shapes, types or lengths do not fit, a value is not finite, a label is out of range, or there is no sample.
    /// </exception>
    public static Dataset FromTensors(Tensor inputs, Tensor labels, string name = "tensors", string split = Splits.Test, int? classes = null)
    {
        SampleStore store = TensorSamples.Inputs(inputs);
        return Own(store, inputs.shape[0], TensorSamples.Labels(labels), name, split, classes, "tensors");
    }

    /// <summary>A data set of one's own for networks that take recorded spikes. The values are copied, a bit each.</summary>
    /// <param name="spikes">[N, T, features] or [N, T, C, H, W], on any device: bool, uint8 or float32, each value 0 or 1.</param>
    /// <param name="labels">The classes, from 0: integers, [N].</param>
    /// <param name="name">What records call the data set.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="classes">The number of classes; none: the highest label and one.</param>
    /// <exception cref="ArgumentException">
    /// Shapes, types or lengths do not fit, a value is neither 0 nor 1, a label is out of range, or there is no sample.
    /// </exception>
    public static Dataset FromSpikes(Tensor spikes, Tensor labels, string name = "spikes", string split = Splits.Test, int? classes = null)
    {
        SampleStore store = TensorSamples.Spikes(spikes);
        return Own(store, spikes.shape[0], TensorSamples.Labels(labels), name, split, classes, "tensors");
    }

    /// <summary>A data set of one's own from lists of events, binned into T frames; a cell is 1 if it holds any event.</summary>
    /// <param name="samples">The recordings. Each is binned as it comes, so that they need not be in memory together.</param>
    /// <param name="shape">The shape of one frame, such as [2, 34, 34] or [700].</param>
    /// <param name="steps">T.</param>
    /// <param name="name">What records call the data set.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="classes">The number of classes; none: the highest label and one.</param>
    /// <param name="window">The part of every recording to bin, in the events' unit of time; none: each from its first event to its last.</param>
    /// <exception cref="ArgumentException">
    /// T or a size is below 1, the window is empty, an event lies outside the frame or the time, a label is out of range, or there is
    /// no sample.
    /// </exception>
    public static Dataset FromEvents(IEnumerable<EventSample> samples, long[] shape, int steps, string name = "events",
        string split = Splits.Test, int? classes = null, EventWindow? window = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        var frames = new SpikeFrames(steps, [.. shape]);
        SpikeFrames.Check(window);
        var (cells, labels) = (new List<byte[]>(), new List<long>());
        foreach (EventSample sample in samples)
        {
            TensorSamples.Check(sample.Events, frames, cells.Count);
            cells.Add(frames.Bin(sample.Events, window));
            labels.Add(sample.Label);
        }
        return Own(new SpikeStore(frames, cells), cells.Count, [.. labels], name, split, classes, "events");
    }

    /// <summary>A data set of one's own: all samples of a store, numbered from 0.</summary>
    internal static Dataset Own(SampleStore store, long count, long[] labels, string name, string split, int? classes, string source)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Splits.Check(split);
        if (count == 0) throw new ArgumentException("A data set needs at least one sample, but there is none.", nameof(count));
        if (labels.Length != count)
            throw new ArgumentException($"There are {count} inputs but {labels.Length} labels; give each input one.", nameof(labels));
        long most = labels.Max(), known = classes ?? most + 1;
        if (labels.Min() < 0 || most >= known || known > int.MaxValue)
        {
            int bad = Array.FindIndex(labels, label => label < 0 || label >= known || label >= int.MaxValue);
            throw new ArgumentException($"Label {labels[bad]} of sample {bad} is out of range: classes are counted from 0" +
                (classes is null ? "." : $", and there are {classes}."), nameof(labels));
        }
        return new(name, split, source, isEmbedded: false, (int)known, store, labels, [.. Enumerable.Range(0, labels.Length).Select(i => (long)i)]);
    }

    /// <summary>The data set's name, such as <c>mnist</c>.</summary>
    public string Name { get; }

    /// <summary><c>train</c> or <c>test</c>.</summary>
    public string Split { get; }

    /// <summary>Where the samples come from, for people: a folder, an archive, or the embedded subset.</summary>
    public string Source { get; }

    /// <summary>Whether this is a subset that travels inside a program, rather than the user's own files.</summary>
    public bool IsEmbedded { get; }

    /// <summary>The number of classes; labels are below it.</summary>
    public int Classes { get; }

    /// <summary>What the classes are called, in their order, for people: pages and pictures say them, records do not; null where they have numbers alone.</summary>
    public IReadOnlyList<string>? ClassNames { get; private init; }

    /// <summary>The shape of one input: [features] or [C, H, W], such as [1, 28, 28]; of recorded spikes [T, ...], such as [T, 2, 34, 34].</summary>
    public long[] InputShape => _store.InputShape;

    /// <summary>The number of samples.</summary>
    public int Count => _rows.Length;

    /// <summary>The classes of all samples, int64 [N]. It belongs to the data set: do not dispose it.</summary>
    public Tensor Labels { get; }

    /// <summary>For each sample its index, from 0, in the published data set's own order, whatever part of it is here.</summary>
    public IReadOnlyList<long> Indices => _indices;

    /// <summary>The inputs at some positions, on the CPU.</summary>
    /// <param name="positions">Positions in this data set, from 0 to <see cref="Count"/> - 1, in any order.</param>
    /// <returns>
    /// float32: [B, ...], bytes divided by 255; recorded spikes [T, B, ...], each cell 0 or 1.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A position is not in the data set.</exception>
    /// <exception cref="ArgumentException">The batch would be larger than 2 GiB.</exception>
    public Tensor Inputs(params ReadOnlySpan<int> positions) => _store.Inputs(Choose(_rows, positions));

    /// <summary>The classes at some positions, int64 [B], on the CPU.</summary>
    /// <param name="positions">Positions in this data set, from 0 to <see cref="Count"/> - 1, in any order.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position is not in the data set.</exception>
    public Tensor LabelsAt(params ReadOnlySpan<int> positions) => tensor(Choose(_labels, positions), dtype: ScalarType.Int64);

    /// <summary>
    /// SHA-256, in lower-case hexadecimal, of a sample's input as it is stored: bytes of pixels, float32 values (little-endian), the
    /// whole <c>.bin</c> file of an N-MNIST recording, the bits of other spikes (frame by frame, lowest bit first, each frame filled
    /// up to whole bytes). It names the input in a certificate.
    /// </summary>
    /// <param name="position">A position in this data set.</param>
    /// <exception cref="ArgumentOutOfRangeException">The position is not in the data set.</exception>
    public string InputHash(int position) => _store.Hash(Choose(_rows, [position])[0]);

    /// <summary>The first samples in file order; all, if there are fewer.</summary>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public Dataset Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count >= Count ? this : Select([.. Enumerable.Range(0, count)]);
    }

    /// <summary>The samples at some positions, in that order; nothing is copied.</summary>
    /// <param name="positions">Positions in this data set, from 0 to <see cref="Count"/> - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position is not in the data set.</exception>
    public Dataset Select(ReadOnlySpan<int> positions) => new(Name, Split, Source, IsEmbedded, Classes, _store,
        Choose(_rows, positions), Choose(_labels, positions), Choose(_indices, positions)) { ClassNames = ClassNames };

    /// <summary>The same samples, called otherwise; nothing is copied.</summary>
    /// <param name="name">What records call the data set; none: as it is.</param>
    /// <param name="source">Where the samples come from, for people; none: as it is.</param>
    /// <param name="classNames">What the classes are called, in their order; none: as it is.</param>
    /// <param name="classes">The number of classes, where a split does not have all of them; none: as it is.</param>
    /// <exception cref="ArgumentException">
    /// A label is of no class, there are more or fewer names than classes, or one is none (<see cref="CheckClassNames"/>).
    /// </exception>
    public Dataset With(string? name = null, string? source = null, IReadOnlyList<string>? classNames = null, int? classes = null)
    {
        (string called, int count) = (name ?? Name, classes ?? Classes);
        ArgumentOutOfRangeException.ThrowIfNegative(count, nameof(classes));
        int bad = Array.FindIndex(_labels, label => label >= count);
        if (bad >= 0)
            throw new ArgumentException($"Sample {bad} of {called} is of class {_labels[bad]}, but {count} classes are asked for, from 0 on: ask for as many as there are.", nameof(classes));
        IReadOnlyList<string>? names = classNames is null ? ClassNames : [.. classNames];
        if (names is not null) CheckClassNames(names, called, count);
        return new(called, Split, source ?? Source, IsEmbedded, count, _store, _rows, _labels, _indices) { ClassNames = names };
    }

    /// <summary>
    /// Refuses names that no classes can have. They stand in pages, in pictures and on terminals, so that none is empty or has line ends, other
    /// control characters, or such that turn the direction of what follows.
    /// </summary>
    /// <param name="classNames">What the classes are called, in their order.</param>
    /// <param name="name">What the data set is called, for the message.</param>
    /// <param name="classes">The number of classes; none: that of the names.</param>
    /// <exception cref="ArgumentException">There are more or fewer names than classes, or one is none.</exception>
    public static void CheckClassNames(IReadOnlyList<string> classNames, string name, int? classes = null)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        if (classes is { } count && classNames.Count != count)
            throw new ArgumentException($"{name} has {count} classes, but {classNames.Count} names are given for them: give each one.", nameof(classNames));
        for (int i = 0; i < classNames.Count; i++)
        {
            if (string.IsNullOrWhiteSpace(classNames[i])) throw new ArgumentException($"The name of class {i} of {name} is empty: give it one.", nameof(classNames));
            int bad = classNames[i].AsSpan().IndexOfAny(s_controls);
            if (bad >= 0)
                throw new ArgumentException($"The name of class {i} of {name} holds the control character U+{(int)classNames[i][bad]:X4}: leave it out.", nameof(classNames));
        }
    }

    /// <summary>The same samples, as a subset that travels inside a program.</summary>
    internal Dataset Embedded() => new(Name, Split, Source, isEmbedded: true, Classes, _store, _rows, _labels, _indices) { ClassNames = ClassNames };

    private T[] Choose<T>(T[] values, ReadOnlySpan<int> positions)
    {
        var chosen = new T[positions.Length];
        for (int i = 0; i < chosen.Length; i++)
        {
            if ((uint)positions[i] >= (uint)values.Length)
                throw new ArgumentOutOfRangeException(nameof(positions), positions[i],
                    $"Position {positions[i]} is not in {Name} ({Split}), which has {Count} samples, from 0 on.");
            chosen[i] = values[positions[i]];
        }
        return chosen;
    }
}
