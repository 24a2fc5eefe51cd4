namespace SnnDsl.Data;

/// <summary>Loads data sets of grey images in the files that MNIST and its relatives are published in.</summary>
public static class ImageDataset
{
    /// <summary>Loads one split from the standard files in a folder.</summary>
    /// <param name="directory">
    /// Holds <c>train-images-idx3-ubyte</c> and <c>train-labels-idx1-ubyte</c> (or <c>t10k-...</c> for the test split),
    /// each with or without <c>.gz</c>, or with a dot before <c>idx</c>.
    /// </param>
    /// <param name="name">What to call the data set.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="DataFileException">A file is absent or damaged, or the files do not belong together.</exception>
    /// <exception cref="ArgumentException">The split is neither <c>train</c> nor <c>test</c>.</exception>
    public static Dataset Load(string directory, string name, string split, int classes = 10)
    {
        string prefix = Splits.Check(split) == Splits.Train ? "train" : "t10k";
        if (!Directory.Exists(directory))
            throw new DataFileException($"There is no folder '{directory}'; give the one that holds " +
                $"{prefix}-images-idx3-ubyte.gz.");
        string images = Find(directory, $"{prefix}-images", "idx3-ubyte");
        string labels = Find(directory, $"{prefix}-labels", "idx1-ubyte");
        return Combine(IdxReader.ReadImages(images), IdxReader.ReadLabels(labels, classes), name, split, classes, directory,
            isEmbedded: false);
    }

    /// <summary>Loads one split from two streams of the same formats, such as a program's embedded resources.</summary>
    /// <param name="images">IDX images, compressed or not.</param>
    /// <param name="labels">IDX labels, compressed or not.</param>
    /// <param name="name">What to call the data set.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="classes">The number of classes.</param>
    /// <returns>The samples, taken to be the first ones of the published split.</returns>
    /// <exception cref="DataFileException">A stream is damaged, or the streams do not belong together.</exception>
    /// <exception cref="ArgumentException">The split is neither <c>train</c> nor <c>test</c>.</exception>
    public static Dataset FromStreams(Stream images, Stream labels, string name, string split, int classes = 10)
    {
        Splits.Check(split);
        IdxImages read = IdxReader.ReadImages(images, $"{name} {split} images");
        return Combine(read, IdxReader.ReadLabels(labels, $"{name} {split} labels", classes), name, split, classes,
            $"embedded subset of {name}, the first {read.Count} {split} images", isEmbedded: true);
    }

    private static Dataset Combine(IdxImages images, byte[] labels, string name, string split, int classes, string source,
        bool isEmbedded)
    {
        if (images.Count != labels.Length)
            throw new DataFileException($"{name} ({split}) has {images.Count} images but {labels.Length} labels; the two " +
                "files do not belong together.");
        return new(name, split, source, isEmbedded, classes, new PixelStore([1, images.Rows, images.Columns], images.Pixels),
            Array.ConvertAll(labels, label => (long)label), [.. Enumerable.Range(0, images.Count).Select(i => (long)i)]);
    }

    private static string Find(string directory, string stem, string kind)
    {
        string[] names = [$"{stem}-{kind}", $"{stem}-{kind}.gz", $"{stem}.{kind}", $"{stem}.{kind}.gz"];
        return names.Select(file => Path.Combine(directory, file)).FirstOrDefault(File.Exists)
            ?? throw new DataFileException($"The folder '{directory}' holds neither {string.Join(" nor ", names)}.");
    }
}
