using System.Reflection;
using SnnDsl.Data;

namespace SnnDsl.Benchmarks.Networks;

/// <summary>The digits that the example embeds: the first 10,000 training and 1,000 test images of MNIST.</summary>
internal static class Digits
{
    private static readonly Lazy<Dataset> train = new(() => Load("train", "train"));
    private static readonly Lazy<Dataset> test = new(() => Load("t10k", "test"));

    public static Dataset Train => train.Value;

    public static Dataset Test => test.Value;

    private static Dataset Load(string prefix, string split)
    {
        using var images = Open($"{prefix}-images-idx3-ubyte.gz");
        using var labels = Open($"{prefix}-labels-idx1-ubyte.gz");
        return ImageDataset.FromStreams(images, labels, "mnist", split);
    }

    private static Stream Open(string file) => Assembly.GetExecutingAssembly().GetManifestResourceStream($"Data/{file}")!;
}
