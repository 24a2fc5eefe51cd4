using static TorchSharp.torch;

namespace SnnDsl.Data;

/// <summary>
/// Labelled samples in the order of their files. Inputs are kept as the bytes or bits that they are and become float32
/// only in the batches that are asked for. Made by <see cref="ImageDataset"/> and <see cref="EventDataset"/>.
/// </summary>
public sealed class Dataset
{
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

    /// <summary>The shape of one input: [1, H, W] for images, [T, 2, 34, 34] for binned event recordings.</summary>
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
    /// float32: images [B, 1, H, W], each pixel its byte / 255; event recordings [T, B, 2, 34, 34], each cell 0 or 1.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">A position is not in the data set.</exception>
    /// <exception cref="ArgumentException">The batch would be larger than 2 GiB.</exception>
    public Tensor Inputs(params ReadOnlySpan<int> positions) => _store.Inputs(Choose(_rows, positions));

    /// <summary>The classes at some positions, int64 [B], on the CPU.</summary>
    /// <param name="positions">Positions in this data set, from 0 to <see cref="Count"/> - 1, in any order.</param>
    /// <exception cref="ArgumentOutOfRangeException">A position is not in the data set.</exception>
    public Tensor LabelsAt(params ReadOnlySpan<int> positions) => tensor(Choose(_labels, positions), dtype: ScalarType.Int64);

    /// <summary>
    /// SHA-256, in lower-case hexadecimal, of a sample's input as it stands in its file: the pixels of an image, the
    /// whole <c>.bin</c> file of a recording. It names the input in a certificate.
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
        Choose(_rows, positions), Choose(_labels, positions), Choose(_indices, positions));

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
