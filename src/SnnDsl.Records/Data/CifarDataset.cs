namespace SnnDsl.Data;

/// <summary>
/// Loads CIFAR-10 and CIFAR-100 in their binary form (Krizhevsky 2009): for each image its class, in one byte (CIFAR-100: the coarse
/// class in one, the fine one in the next), then 3072 bytes [3, 32, 32], red, green, blue.
/// </summary>
public static class CifarDataset
{
    private const int Side = 32, Channels = 3, Pixels = Channels * Side * Side;

    /// <summary>What the classes of CIFAR-10 are called, as it was published.</summary>
    public static IReadOnlyList<string> ClassNames { get; } = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>Loads one split of CIFAR-10.</summary>
    /// <param name="directory">
    /// Holds <c>data_batch_1.bin</c> to <c>data_batch_5.bin</c> and <c>test_batch.bin</c>, itself or in <c>cifar-10-batches-bin</c>.
    /// </param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="name">What records call the data set.</param>
    /// <exception cref="DataFileException">A file is absent, truncated, or holds a class above 9.</exception>
    /// <exception cref="ArgumentException">The split is neither <c>train</c> nor <c>test</c>.</exception>
    public static Dataset Load(string directory, string split, string name = "cifar-10")
    {
        string[] files = Splits.Check(split) == Splits.Train ? [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")] : ["test_batch.bin"];
        return Load(directory, "cifar-10-batches-bin", files, split, name, classes: 10, labelBytes: 1);
    }

    /// <summary>Loads one split of CIFAR-100, with its 100 fine classes.</summary>
    /// <param name="directory">Holds <c>train.bin</c> and <c>test.bin</c>, itself or in <c>cifar-100-binary</c>.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="name">What records call the data set.</param>
    /// <exception cref="DataFileException">A file is absent, truncated, or holds a class above 99.</exception>
    /// <exception cref="ArgumentException">The split is neither <c>train</c> nor <c>test</c>.</exception>
    public static Dataset Load100(string directory, string split, string name = "cifar-100") =>
        Load(directory, "cifar-100-binary", [$"{Splits.Check(split)}.bin"], split, name, classes: 100, labelBytes: 2);

    private static Dataset Load(string directory, string subfolder, string[] files, string split, string name, int classes, int labelBytes)
    {
        if (!Directory.Exists(directory))
            throw new DataFileException($"There is no folder '{directory}'; give the one that holds {files[0]} (unpack the published archive).");
        string below = Path.Combine(directory, subfolder);
        string[] paths = [.. files.Select(file => Path.Combine(File.Exists(Path.Combine(directory, file)) ? directory : below, file))];
        if (Array.Find(paths, path => !File.Exists(path)) is { } absent)
            throw new DataFileException($"The folder '{directory}' holds no {Path.GetFileName(absent)}, nor does {subfolder} in it; unpack the published archive there.");

        byte[][] batches = [.. paths.Select(DataFiles.ReadAll)];
        int record = labelBytes + Pixels;
        foreach (var (path, bytes) in paths.Zip(batches))
        {
            if (bytes.Length == 0 || bytes.Length % record != 0)
                throw new DataFileException($"'{path}' has {bytes.Length} bytes, not a whole number of images of {record} bytes: it is truncated or of another format.");
        }
        long count = batches.Sum(bytes => bytes.LongLength / record);
        if (count * Pixels > Array.MaxLength) throw new DataFileException($"'{directory}' holds {count} images, more than can be held.");
        var (pixels, labels) = (new byte[count * Pixels], new long[count]);
        int sample = 0;
        foreach (var (path, bytes) in paths.Zip(batches))
        {
            for (int at = 0; at < bytes.Length; at += record, sample++)
            {
                labels[sample] = bytes[at + labelBytes - 1];
                if (labels[sample] >= classes)
                    throw new DataFileException($"Image {at / record} of '{path}' has class {labels[sample]}; the classes are 0 to {classes - 1}.");
                bytes.AsSpan(at + labelBytes, Pixels).CopyTo(pixels.AsSpan(sample * Pixels));
            }
        }
        return new Dataset(name, split, directory, isEmbedded: false, classes, new PixelStore([Channels, Side, Side], pixels), labels,
            [.. Enumerable.Range(0, labels.Length).Select(i => (long)i)])
            .With(classNames: classes == ClassNames.Count ? ClassNames : null);
    }
}
