using System.IO.Compression;
using System.Security.Cryptography;
using SnnDsl.Data;

namespace SnnDsl.Runtime.Tests;

public sealed class IdxReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static byte[] Images(int count, int rows, int columns) =>
        [0, 0, 8, 3, 0, 0, 0, (byte)count, 0, 0, 0, (byte)rows, 0, 0, 0, (byte)columns, .. Enumerable.Range(0, count * rows * columns).Select(i => (byte)i)];

    private static byte[] Labels(params byte[] labels) => [0, 0, 8, 1, 0, 0, 0, (byte)labels.Length, .. labels];

    private static byte[] Gzip(byte[] plain)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal)) gzip.Write(plain);
        return buffer.ToArray();
    }

    private static string Message(Action read) => Assert.Throws<DataFileException>(read).Message;

    /// <summary>A stream that hands out one byte at a time, as a network or a decompressor may.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(1, buffer.Length)]);
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(1, count));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void CompressionIsSeenFromTheContentAndNotFromTheName(bool compressed)
    {
        byte[] plain = Images(3, 2, 4);
        IdxImages read = IdxReader.ReadImages(_folder.Put(compressed ? "plain-name" : "name.gz", compressed ? Gzip(plain) : plain));
        Assert.Equal((3, 2, 4), (read.Count, read.Rows, read.Columns));
        Assert.Equal(plain[16..], read.Pixels);
        Assert.Equal([7, 0, 9], IdxReader.ReadLabels(new Trickle(compressed ? Gzip(Labels(7, 0, 9)) : Labels(7, 0, 9)), "labels"));
    }

    [Fact]
    public void AnAbsentFileIsNamed()
    {
        Assert.Contains("There is no data file", Message(() => IdxReader.ReadImages(_folder["nowhere", "absent"])));
        Assert.Contains("absent", Message(() => IdxReader.ReadLabels(_folder["absent"])));
    }

    [Theory]
    [InlineData(0, "16 bytes expected, 0 found")]
    [InlineData(1, "16 bytes expected, 1 found")]
    [InlineData(10, "16 bytes expected, 10 found")]
    [InlineData(30, "40 bytes expected, 30 found")]
    public void ATruncatedFileSaysHowMuchIsThere(int length, string expected)
    {
        byte[] cut = Images(3, 2, 4)[..length];
        Assert.Contains(expected, Message(() => IdxReader.ReadImages(_folder.Put("cut", cut))));
        Assert.Contains(expected, Message(() => IdxReader.ReadImages(_folder.Put("cut.gz", Gzip(cut)))));
    }

    [Fact]
    public void ADamagedOrTruncatedGzipFileIsAnError()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(RealData.Mnist, "t10k-images-idx3-ubyte.gz"));
        Assert.Contains("truncated", Message(() => IdxReader.ReadImages(_folder.Put("half.gz", whole[..(whole.Length / 2)]))));
        whole.AsSpan(1000, 1000).Fill(0xff);
        Assert.Contains("damaged", Message(() => IdxReader.ReadImages(_folder.Put("bad.gz", whole))));
    }

    [Fact]
    public void AFileThatGoesOnIsAnError() =>
        Assert.Contains("goes on after the 40 bytes", Message(() => IdxReader.ReadImages(_folder.Put("long", [.. Images(3, 2, 4), 0]))));

    [Fact]
    public void AWrongMagicNumberIsNamed()
    {
        string swapped = Message(() => IdxReader.ReadImages(_folder.Put("labels", Labels(1, 2))));
        Assert.Contains("2049", swapped);
        Assert.Contains("2051", swapped);
        Assert.Contains("it holds labels", swapped);
        Assert.Contains("1347093252", Message(() => IdxReader.ReadLabels(_folder.Put("zip", "PK\u0003\u0004...."u8.ToArray()))));
    }

    [Fact]
    public void SizesThatCannotBeAreRefusedBeforeMemoryIsTaken()
    {
        byte[] huge = [0, 0, 8, 3, 0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff];
        Assert.Contains("more than can be held", Message(() => IdxReader.ReadImages(_folder.Put("huge", huge))));
        Assert.Contains("more than can be held", Message(() => IdxReader.ReadLabels(_folder.Put("negative", [0, 0, 8, 1, 0xff, 0, 0, 0]))));
        Assert.Contains("above 0", Message(() => IdxReader.ReadImages(_folder.Put("flat", Images(3, 0, 4)))));
    }

    [Fact]
    public void ALabelOutOfRangeIsNamed()
    {
        string path = _folder.Put("labels", Labels(1, 9, 10));
        Assert.Contains("Label 10 of sample 2", Message(() => IdxReader.ReadLabels(path)));
        Assert.Equal([1, 9, 10], IdxReader.ReadLabels(path, classes: 11));
    }

    [Theory]
    [InlineData("train-images-idx3-ubyte.gz", 60000, "6bbc9ace898e44ae57da46a324031adb")]
    [InlineData("t10k-images-idx3-ubyte.gz", 10000, "2646ac647ad5339dbf082846283269ea")]
    [InlineData("train-labels-idx1-ubyte.gz", 60000, "a25bea736e30d166cdddb491f175f624")]
    [InlineData("t10k-labels-idx1-ubyte.gz", 10000, "27ae3e4e09519cfbb04c329615203637")]
    public void MnistIsReadAsPublished(string file, int count, string md5)
    {
        string path = Path.Combine(RealData.Mnist, file);
        byte[] header = [0, 0, 8, file.Contains("images") ? (byte)3 : (byte)1, 0, 0, (byte)(count >> 8), (byte)count];
        byte[] content;
        if (file.Contains("images"))
        {
            IdxImages images = IdxReader.ReadImages(path);
            Assert.Equal((count, 28, 28), (images.Count, images.Rows, images.Columns));
            (header, content) = ([.. header, 0, 0, 0, 28, 0, 0, 0, 28], images.Pixels);
        }
        else content = IdxReader.ReadLabels(path);
        Assert.Equal(md5, Convert.ToHexStringLower(MD5.HashData([.. header, .. content])));
    }
}
