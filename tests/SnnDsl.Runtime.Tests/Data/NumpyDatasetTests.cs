using SnnDsl.Data;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests;

public sealed class NumpyDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AnArchiveHasBothSplits(int version)
    {
        string path = _folder.Put("digits.npz", NumpyBytes.Archive(
            ("x_train", NumpyBytes.Array("|u1", "(3, 2, 2)", Enumerable.Range(0, 12).Select(i => (byte)i).ToArray(), version)),
            ("y_train", NumpyBytes.Array("|u1", "(3,)", new byte[] { 1, 0, 2 }, version)),
            ("x_test", NumpyBytes.Array("<f4", "(2, 2, 2)", new[] { 0.5f, 0, 1, 0.25f, 1, 1, 0, 0 }, version)),
            ("y_test", NumpyBytes.Array("<i8", "(2, 1)", new[] { 2L, 1 }, version))));
        Dataset train = NumpyDataset.Load(path, "train", "digits"), test = NumpyDataset.Load(path, "test", "digits", classes: 3);
        Assert.Equal(("digits", "train", 3, 3, path), (train.Name, train.Split, train.Count, train.Classes, train.Source));
        Assert.Equal([1, 2, 2], train.InputShape);
        using Tensor inputs = train.Inputs(2), others = test.Inputs(0, 1);
        Assert.Equal([8 / 255f, 9 / 255f, 10 / 255f, 11 / 255f], inputs.data<float>());
        Assert.Equal([0.5f, 0, 1, 0.25f, 1, 1, 0, 0], others.data<float>());
        Assert.Equal([2L, 1], test.Labels.data<long>());
    }

    [Fact]
    public void FilesOfAFolderAndPlainNamesOfASplit()
    {
        _folder.Put("a/X_test.npy", NumpyBytes.Array("<f8", "(2, 3)", new[] { 0.1, 0.2, 0.3, 0.4, 0.5, 0.6 }));
        _folder.Put("a/Y_test.npy", NumpyBytes.Array("<i4", "(2,)", new[] { 0, 1 }));
        Dataset data = NumpyDataset.Load(_folder["a"], "test");
        using Tensor inputs = data.Inputs(1);
        Assert.Equal([0.4f, 0.5f, 0.6f], inputs.data<float>());

        _folder.Put("b/test.npz", NumpyBytes.Archive(
            ("images", NumpyBytes.Array("|b1", "(1, 4)", new byte[] { 1, 0, 0, 1 })), ("labels", NumpyBytes.Array("<u2", "(1,)", new ushort[] { 4 }))));
        using Tensor bits = NumpyDataset.Load(_folder["b"], "test").Inputs(0);
        Assert.Equal([1, 0, 0, 1], bits.data<float>());
    }

    [Fact]
    public void ChannelsMayComeLast()
    {
        // Two pixels across, one down, three channels: value = 10 pixel + channel.
        byte[] npz = NumpyBytes.Archive(
            ("x_test", NumpyBytes.Array("|u1", "(2, 1, 2, 3)", new byte[] { 0, 1, 2, 10, 11, 12, 100, 101, 102, 110, 111, 112 })), ("y_test", NumpyBytes.Array("|i1", "(2,)", new sbyte[] { 0, 1 })));
        Dataset data = NumpyDataset.FromStream(new MemoryStream(npz), "test", channelsLast: true);
        Assert.True(data.IsEmbedded);
        Assert.Equal([3, 1, 2], data.InputShape);
        using Tensor inputs = data.Inputs(0, 1);
        Assert.Equal(new[] { 0, 10, 1, 11, 2, 12, 100, 110, 101, 111, 102, 112 }.Select(value => value / 255f), inputs.data<float>());
        Assert.Equal([1, 2, 3], NumpyDataset.FromStream(new MemoryStream(npz), "test").InputShape);
    }

    [Fact]
    public void SpikesHaveTimeBehindTheSample()
    {
        byte[] npz = NumpyBytes.Archive(
            ("x_test", NumpyBytes.Array("|u1", "(2, 3, 2)", new byte[] { 1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1 })), ("y_test", NumpyBytes.Array("|u1", "(2,)", new byte[] { 0, 1 })));
        Dataset data = NumpyDataset.SpikesFromStream(new MemoryStream(npz), "test");
        Assert.Equal([3, 2], data.InputShape);
        using Tensor inputs = data.Inputs(0, 1);
        Assert.Equal([1, 0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 1], inputs.data<float>());
        Assert.Equal([3, 2], NumpyDataset.LoadSpikes(_folder.Put("s.npz", npz), "test").InputShape);
    }

    /// <summary>Every type that is read, in both byte orders, gives the numbers that were written.</summary>
    [Theory]
    [InlineData("<i2", "0100FEFF", new[] { 1f, -2 })]
    [InlineData(">i2", "0001FFFE", new[] { 1f, -2 })]
    [InlineData(">u4", "000000050000FFFF", new[] { 5f, 65535 })]
    [InlineData(">i8", "0000000000000003FFFFFFFFFFFFFFFF", new[] { 3f, -1 })]
    [InlineData("<u8", "03000000000000000400000000000000", new[] { 3f, 4 })]
    [InlineData("<f2", "003C0038", new[] { 1f, 0.5f })]
    [InlineData(">f2", "3C003800", new[] { 1f, 0.5f })]
    [InlineData(">f4", "3F8000003F000000", new[] { 1f, 0.5f })]
    [InlineData(">f8", "3FF00000000000003FE0000000000000", new[] { 1f, 0.5f })]
    [InlineData("|i1", "01FE", new[] { 1f, -2 })]
    public void Types(string type, string content, float[] expected)
    {
        var array = NumpyArray.Read(new MemoryStream(NumpyBytes.Array(type, "(2,)", Convert.FromHexString(content))), "a");
        Assert.Equal(expected, array.Floats());
        if (type[1] != 'f') Assert.Equal(expected.Select(value => (long)value), array.Integers());
    }

    private static readonly byte[] Inputs = NumpyBytes.Array("|u1", "(2, 4)", new byte[8]), Labels = NumpyBytes.Array("|u1", "(2,)", new byte[2]);

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { "no .npz archive", [1, 2, 3] },
        { "holds no test inputs: expected an array x_test or", NumpyBytes.Archive(("a", Inputs), ("y_test", Labels)) },
        { "it holds no array", NumpyBytes.Archive() },
        { "more than one array", NumpyBytes.Archive(("x_test", Inputs), ("test_images", Inputs), ("y_test", Labels)) },
        { "is no NumPy array", NumpyBytes.Archive(("x_test", "hello, world"u8.ToArray()), ("y_test", Labels)) },
        { "numpy.ascontiguousarray", NumpyBytes.Archive(("x_test", NumpyBytes.Array("|u1", "(2, 4)", new byte[8], columnMajor: true)), ("y_test", Labels)) },
        { "no code of a file is run", NumpyBytes.Archive(("x_test", NumpyBytes.Array("|O", "(2, 4)", new byte[64])), ("y_test", Labels)) },
        { "'<c8'", NumpyBytes.Archive(("x_test", NumpyBytes.Array("<c8", "(2, 4)", new byte[64])), ("y_test", Labels)) },
        { "is truncated", NumpyBytes.Archive(("x_test", NumpyBytes.Array("|u1", "(2, 4)", new byte[7])), ("y_test", Labels)) },
        { "goes on after the 8 bytes", NumpyBytes.Archive(("x_test", NumpyBytes.Array("|u1", "(2, 4)", new byte[9])), ("y_test", Labels)) },
        { "more than can be held", NumpyBytes.Archive(("x_test", NumpyBytes.Array("|u1", "(3000000000, 4)", new byte[9])), ("y_test", Labels)) },
        { "2 test inputs but 3 labels", NumpyBytes.Archive(("x_test", Inputs), ("y_test", NumpyBytes.Array("|u1", "(3,)", new byte[3]))) },
        { "give (N,)", NumpyBytes.Archive(("x_test", Inputs), ("y_test", NumpyBytes.Array("|u1", "(2, 2)", new byte[4]))) },
        { "labels are integers", NumpyBytes.Archive(("x_test", Inputs), ("y_test", NumpyBytes.Array("<f4", "(2,)", new byte[8]))) },
        { "Label -1 of sample 0", NumpyBytes.Archive(("x_test", Inputs), ("y_test", NumpyBytes.Array("|i1", "(2,)", new sbyte[] { -1, 0 }))) },
        { "must be finite", NumpyBytes.Archive(("x_test", NumpyBytes.Array("<f8", "(2, 1)", new[] { 1e300, 0 })), ("y_test", Labels)) },
        { "(N, features)", NumpyBytes.Archive(("x_test", NumpyBytes.Array("|u1", "(2,)", new byte[2])), ("y_test", Labels)) },
        { "at least one sample", NumpyBytes.Archive(("x_test", NumpyBytes.Array("|u1", "(0, 4)", [])), ("y_test", NumpyBytes.Array("|u1", "(0,)", []))) },
        { "2x0", NumpyBytes.Archive(("x_test", NumpyBytes.Array("|u1", "(2, 2, 0)", [])), ("y_test", Labels)) },
    };

    [Theory, MemberData(nameof(Damaged))]
    public void WhatIsNoDataSetIsASentence(string words, byte[] npz)
    {
        string path = _folder.Put("bad.npz", npz);
        string message = Assert.Throws<DataFileException>(() => NumpyDataset.Load(path, "test")).Message;
        Assert.Contains(words, message, StringComparison.Ordinal);
        Assert.Contains("bad.npz", message, StringComparison.Ordinal);
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain("Parameter", message, StringComparison.Ordinal);
    }

    [Fact]
    public void SpikesAreZeroOrOne()
    {
        byte[] npz = NumpyBytes.Archive(("x_test", NumpyBytes.Array("|u1", "(1, 2, 2)", new byte[] { 0, 1, 1, 3 })), ("y_test", NumpyBytes.Array("|u1", "(1,)", new byte[1])));
        Assert.Contains("spikes are 0 or 1", Assert.Throws<DataFileException>(() => NumpyDataset.SpikesFromStream(new MemoryStream(npz), "test")).Message, StringComparison.Ordinal);
        Assert.Contains("no data file", Assert.Throws<DataFileException>(() => NumpyDataset.Load(_folder["absent.npz"], "test")).Message, StringComparison.Ordinal);
    }
}
