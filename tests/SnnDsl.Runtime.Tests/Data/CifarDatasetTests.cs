using SnnDsl.Data;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests;

public sealed class CifarDatasetTests : IDisposable
{
    private const int Pixels = 3 * 32 * 32;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("cifar-10-batches-bin/")]
    public void TenClassesInBatches(string below)
    {
        for (int i = 1; i <= 5; i++) _folder.Put($"{below}data_batch_{i}.bin", [.. Image([(byte)i], i), .. Image([(byte)(9 - i)], 10 * i)]);
        _folder.Put($"{below}test_batch.bin", Image([3], 200));
        Dataset train = CifarDataset.Load(_folder["."], "train"), test = CifarDataset.Load(_folder["."], "test", "small");
        Assert.Equal((10, 10, "cifar-10", "small", 1), (train.Count, train.Classes, train.Name, test.Name, test.Count));
        Assert.Equal([3, 32, 32], train.InputShape);
        Assert.Equal(("airplane", "truck"), (train.ClassNames![0], test.ClassNames![9]));
        Assert.Equal([1L, 8, 2, 7, 3, 6, 4, 5, 5, 4], train.Labels.data<long>());
        using Tensor inputs = train.Inputs(9);
        Assert.Equal(Enumerable.Range(0, Pixels).Select(i => (byte)(50 + i) / 255f), inputs.data<float>());
    }

    [Fact]
    public void AHundredFineClasses()
    {
        _folder.Put("train.bin", [.. Image([19, 99], 1), .. Image([3, 20], 2)]);
        Dataset data = CifarDataset.Load100(_folder["."], "train");
        Assert.Equal([99L, 20], data.Labels.data<long>());
        Assert.Equal(100, data.Classes);
        Assert.Null(data.ClassNames);
    }

    [Fact]
    public void WhatIsAbsentOrDamagedIsASentence()
    {
        Refused("There is no folder", () => CifarDataset.Load(_folder["absent"], "test"));
        Refused("holds no test_batch.bin", () => CifarDataset.Load(_folder["."], "test"));
        _folder.Put("test_batch.bin", Image([3], 0)[..^1]);
        Refused("3072 bytes, not a whole number of images of 3073", () => CifarDataset.Load(_folder["."], "test"));
        _folder.Put("test_batch.bin", []);
        Refused("0 bytes", () => CifarDataset.Load(_folder["."], "test"));
        _folder.Put("test_batch.bin", [.. Image([3], 0), .. Image([10], 0)]);
        Refused("Image 1", () => CifarDataset.Load(_folder["."], "test"));

        static void Refused(string words, Func<Dataset> load) => Assert.Contains(words, Assert.Throws<DataFileException>(load).Message, StringComparison.Ordinal);
    }

    private static byte[] Image(byte[] labels, int first) => [.. labels, .. Enumerable.Range(0, Pixels).Select(i => (byte)(first + i))];
}
