using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>Grey images in IDX files, as MNIST and Fashion-MNIST are published.</summary>
/// <param name="name">What <c>--dataset</c> calls it.</param>
/// <param name="classes">The number of classes.</param>
public sealed class ImageData(string name, int classes = 10) : FileData(name)
{
    /// <inheritdoc/>
    protected override string Expects => "FOLDER with train-images-idx3-ubyte.gz and its three companions";

    /// <inheritdoc/>
    public override bool HoldsSpikes => false;

    /// <inheritdoc/>
    protected override Dataset LoadFiles(string path, string split, int steps) => ImageDataset.Load(path, Name, split, classes);

    /// <inheritdoc/>
    protected override Dataset LoadEmbedded(EmbeddedFiles files, string split, int steps)
    {
        string prefix = split == "train" ? "train" : "t10k";
        using var images = files.Open($"{prefix}-images-idx3-ubyte.gz");
        using var labels = files.Open($"{prefix}-labels-idx1-ubyte.gz");
        return ImageDataset.FromStreams(images, labels, Name, split, classes);
    }
}
