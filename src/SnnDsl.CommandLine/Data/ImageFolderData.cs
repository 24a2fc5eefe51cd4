using SnnDsl.Data;

namespace SnnDsl.CommandLine;

/// <summary>Image files, a folder a class: <c>train/cat/1.png</c>, <c>test/dog/7.png</c>.</summary>
/// <param name="name">What <c>--dataset</c> and records call it.</param>
/// <param name="channels">3: red, green, blue; 1: grey.</param>
public sealed class ImageFolderData(string name, int channels = 3) : FileData(name)
{
    /// <inheritdoc/>
    protected override string Expects => "FOLDER with train/<class>/<file>.png and test/...";

    /// <inheritdoc/>
    public override bool HoldsSpikes => false;

    /// <inheritdoc/>
    protected override Dataset LoadFiles(string path, string split, int steps) => ImageFolderDataset.Load(path, split, channels, Name);
}
