// Makes the real subsets of data that the examples embed, from the published files:
//
//     dotnet run eng/EmbedData.cs -- MNIST-FOLDER FASHION-MNIST-FOLDER NMNIST-ZIP
//
// It takes the first samples of each split in file order, so that positions are the published indices, and writes
// examples/Mnist/Data/{mnist,fashion-mnist}/*.gz (IDX) and examples/NMnist/Data/nmnist.zip (the data set's own layout).
// The same input gives the same bytes with the same .NET SDK; a data set above 2 MB is refused.
using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

const long Limit = 2_000_000;
if (args is not [var mnist, var fashionMnist, var nmnist])
{
    Console.Error.WriteLine("usage: dotnet run eng/EmbedData.cs -- MNIST-FOLDER FASHION-MNIST-FOLDER NMNIST-ZIP");
    return 2;
}
string examples = Path.Combine(Path.GetDirectoryName(Source())!, "..", "examples");
EmbedImages(mnist, Path.Combine(examples, "Mnist", "Data", "mnist"), train: 10_000, test: 1_000);
EmbedImages(fashionMnist, Path.Combine(examples, "Mnist", "Data", "fashion-mnist"), train: 3_500, test: 500);
EmbedRecordings(nmnist, Path.Combine(examples, "NMnist", "Data"), train: 80, test: 40);
return 0;

static string Source([CallerFilePath] string path = "") => path;

static void EmbedImages(string from, string to, int train, int test)
{
    Directory.CreateDirectory(to);
    foreach ((string prefix, int count) in new[] { ("train", train), ("t10k", test) })
    {
        Cut($"{prefix}-images-idx3-ubyte.gz", count, headerLength: 16);
        Cut($"{prefix}-labels-idx1-ubyte.gz", count, headerLength: 8);
    }
    Report(to, Directory.EnumerateFiles(to));

    void Cut(string name, int count, int headerLength)
    {
        using var source = new GZipStream(File.OpenRead(Path.Combine(from, name)), CompressionMode.Decompress);
        var header = new byte[headerLength];
        source.ReadExactly(header);
        int size = 1;
        for (int at = 8; at < headerLength; at += 4) size *= BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(at));
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), count);
        var content = new byte[count * size];
        source.ReadExactly(content);
        using var target = new GZipStream(File.Create(Path.Combine(to, name)), CompressionLevel.SmallestSize);
        target.Write(header);
        target.Write(content);
    }
}

static void EmbedRecordings(string from, string to, int train, int test)
{
    Directory.CreateDirectory(to);
    string path = Path.Combine(to, "nmnist.zip");
    using (ZipArchive source = ZipFile.OpenRead(from))
    using (var target = new ZipArchive(File.Create(path), ZipArchiveMode.Create))
    {
        foreach ((string split, int count) in new[] { ("Train", train), ("Test", test) })
        {
            var recordings = from entry in source.Entries
                             let match = Regex.Match(entry.FullName, $@"(?:^|/){split}/\d/(\d+)\.bin$")
                             where match.Success && int.Parse(match.Groups[1].ValueSpan) <= count
                             orderby int.Parse(match.Groups[1].ValueSpan)
                             select (entry, match.Value.TrimStart('/'));
            foreach ((ZipArchiveEntry entry, string name) in recordings)
            {
                ZipArchiveEntry copy = target.CreateEntry(name, CompressionLevel.SmallestSize);
                copy.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using Stream read = entry.Open(), write = copy.Open();
                read.CopyTo(write);
            }
        }
    }
    Report(path, [path]);
}

static void Report(string what, IEnumerable<string> files)
{
    long bytes = files.Sum(file => new FileInfo(file).Length);
    Console.WriteLine($"{Path.GetRelativePath(".", what)}: {bytes:N0} bytes");
    if (bytes > Limit) throw new InvalidOperationException($"{what} takes {bytes} bytes; at most {Limit} may be embedded: take fewer samples.");
}
