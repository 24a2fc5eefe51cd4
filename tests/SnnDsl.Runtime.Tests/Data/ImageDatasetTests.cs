using System.Security.Cryptography;
using SnnDsl.Data;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests;

public sealed class ImageDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("train", 60000)]
    [InlineData("test", 10000)]
    public void TheStandardFilesAreFound(string split, int count)
    {
        foreach (string directory in new[] { RealData.Mnist, RealData.FashionMnist })
        {
            Dataset data = ImageDataset.Load(directory, "name", split);
            Assert.Equal(("name", split, count, 10, false), (data.Name, data.Split, data.Count, data.Classes, data.IsEmbedded));
            Assert.Equal([1, 28, 28], data.InputShape);
            Assert.Equal(directory, data.Source);
            Assert.Equal([count], data.Labels.shape);
            Assert.Equal(ScalarType.Int64, data.Labels.dtype);
            Assert.Equal(count - 1, data.Indices[count - 1]);
        }
    }

    [Fact]
    public void PixelsAreBytesOverTwoHundredAndFiftyFive()
    {
        Dataset data = ImageDataset.Load(RealData.Mnist, "mnist", "test");
        IdxImages raw = IdxReader.ReadImages(Path.Combine(RealData.Mnist, "t10k-images-idx3-ubyte.gz"));
        byte[] labels = IdxReader.ReadLabels(Path.Combine(RealData.Mnist, "t10k-labels-idx1-ubyte.gz"));
        int[] positions = [9999, 0, 17, 17];
        using Tensor inputs = data.Inputs(positions), chosen = data.LabelsAt(positions);
        Assert.Equal([4, 1, 28, 28], inputs.shape);
        Assert.Equal(positions.SelectMany(p => raw.Pixels[(784 * p)..(784 * (p + 1))]).Select(pixel => pixel / 255f), inputs.data<float>());
        Assert.Equal(positions.Select(p => (long)labels[p]), chosen.data<long>());
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(raw.Pixels.AsSpan(17 * 784, 784))), data.InputHash(17));
        Assert.Equal([7L, 2, 1, 0, 4], data.Take(5).Labels.data<long>());
    }

    [Fact]
    public void APartKeepsItsIndicesInputsAndHashes()
    {
        Dataset data = ImageDataset.Load(RealData.Mnist, "mnist", "test"), part = data.Select([50, 3, 70]).Take(2);
        Assert.Equal([50, 3], part.Indices);
        Assert.Equal(data.InputHash(3), part.InputHash(1));
        Assert.Equal(data.Inputs(50, 3).data<float>(), part.Inputs(0, 1).data<float>());
        Assert.Equal(data.LabelsAt(50, 3).data<long>(), part.Labels.data<long>());
        Assert.Same(part, part.Take(3));
        Assert.Equal(0, part.Take(0).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Inputs(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => part.InputHash(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => part.Take(-1));
    }

    [Fact]
    public void ADataSetOutlivesTheScopeInWhichItWasLoaded()
    {
        Dataset data;
        using (NewDisposeScope()) data = Small("mnist").Take(2);
        Assert.Equal([3L, 1], data.Labels.data<long>());
    }

    [Theory]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte")]
    [InlineData("train-images.idx3-ubyte", "train-labels.idx1-ubyte.gz")]
    public void AllUsualNamesAreKnown(string images, string labels)
    {
        _folder.Put(images, TinyImages);
        _folder.Put(labels, TinyLabels);
        Assert.Equal(3, ImageDataset.Load(_folder[""], "tiny", "train").Count);
    }

    [Fact]
    public void WhatIsMissingOrDoesNotFitIsSaid()
    {
        Assert.Contains("There is no folder", Assert.Throws<DataFileException>(() => ImageDataset.Load(_folder["absent"], "x", "train")).Message);
        _folder.Put("train-images-idx3-ubyte", TinyImages);
        Assert.Contains("train-labels-idx1-ubyte", Assert.Throws<DataFileException>(() => ImageDataset.Load(_folder[""], "x", "train")).Message);
        _folder.Put("train-labels-idx1-ubyte", [0, 0, 8, 1, 0, 0, 0, 2, 3, 1]);
        string counts = Assert.Throws<DataFileException>(() => ImageDataset.Load(_folder[""], "x", "train")).Message;
        Assert.Contains("3 images but 2 labels", counts);
        Assert.Contains("'valid'", Assert.Throws<ArgumentException>(() => ImageDataset.Load(_folder[""], "x", "valid")).Message);
    }

    [Theory]
    [InlineData("mnist", 10_000, 1_000)]
    [InlineData("fashion-mnist", 3_500, 500)]
    public void TheEmbeddedSubsetIsTheStartOfThePublishedFiles(string name, int train, int test)
    {
        string folder = Path.Combine(RealData.Examples, "Mnist", "Data", name);
        Assert.InRange(Directory.EnumerateFiles(folder).Sum(f => new FileInfo(f).Length), 1, 2_000_000);
        foreach ((string split, string prefix, int count) in new[] { ("train", "train", train), ("test", "t10k", test) })
        {
            using Stream images = File.OpenRead(Path.Combine(folder, $"{prefix}-images-idx3-ubyte.gz"));
            using Stream labels = File.OpenRead(Path.Combine(folder, $"{prefix}-labels-idx1-ubyte.gz"));
            Dataset part = ImageDataset.FromStreams(images, labels, name, split);
            Dataset whole = ImageDataset.Load(Path.Combine(RealData.Root, name), name, split);
            Assert.Equal((count, true), (part.Count, part.IsEmbedded));
            Assert.Contains("embedded subset", part.Source);
            Assert.Equal(whole.Take(count).Labels.data<long>(), part.Labels.data<long>());
            Assert.All(Enumerable.Range(0, count), i => Assert.Equal(whole.InputHash(i), part.InputHash(i)));
        }
    }

    private static byte[] TinyImages => [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 51, 102, 153, 204, 255];

    private static byte[] TinyLabels => [0, 0, 8, 1, 0, 0, 0, 3, 3, 1, 0];

    private static Dataset Small(string name) => ImageDataset.FromStreams(new MemoryStream(TinyImages), new MemoryStream(TinyLabels), name, "test");
}
