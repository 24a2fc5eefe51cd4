using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>Grey images in IDX files, as MNIST and Fashion-MNIST are published.</summary>
/// <param name="name">What <c>--dataset</c> calls it.</param>
/// <param name="classes">The number of classes; none: as many as <see cref="DataSource.ClassNames"/>, or 10.</param>
public sealed class ImageData(string name, int? classes = null) : FileData(name)
{
    /// <inheritdoc/>
    protected override string Expects => "FOLDER with train-images-idx3-ubyte.gz and its three companions";

    /// <inheritdoc/>
    public override bool HoldsSpikes => false;

    /// <inheritdoc/>
    internal override int? StatedClasses => classes;

    private int Count => classes ?? ClassNames?.Count ?? 10;

    /// <inheritdoc/>
    protected override Dataset LoadFiles(string path, string split, int steps) => ImageDataset.Load(path, Name, split, Count);

    /// <inheritdoc/>
    protected override Dataset LoadEmbedded(EmbeddedFiles files, string split, int steps)
    {
        string prefix = split == "train" ? "train" : "t10k";
        using var images = files.Open($"{prefix}-images-idx3-ubyte.gz");
        using var labels = files.Open($"{prefix}-labels-idx1-ubyte.gz");
        return ImageDataset.FromStreams(images, labels, Name, split, Count);
    }
}
