using SnnDsl.Serialization;

namespace SnnDsl.Runtime.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void AFileIsReplacedAndItsFolderMade()
    {
        string path = _folder["a", "b", "file.json"];
        AtomicFile.WriteText(path, "a longer first text");
        AtomicFile.WriteText(path, "é");
        Assert.Equal("é"u8.ToArray(), File.ReadAllBytes(path));
        Assert.Single(Directory.EnumerateFileSystemEntries(_folder["a", "b"]));
    }

    [Fact]
    public void AFailureLeavesWhatWasThere()
    {
        string path = _folder.Put("file", [1, 2, 3]);
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            // Half a file is on the disk now, under another name.
            Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
            throw new InvalidOperationException();
        }));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal(["file"], _folder.Files);
    }

    [Fact]
    public void AFolderIsNoFile()
    {
        Directory.CreateDirectory(_folder["taken"]);
        Assert.ThrowsAny<Exception>(() => AtomicFile.WriteText(_folder["taken"], "x"));
        Assert.Empty(_folder.Files);
        Assert.True(Directory.Exists(_folder["taken"]));
    }
}
