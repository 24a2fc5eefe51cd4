using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using SnnDsl.Data;
using SnnDsl.Serialization;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Fuzzing;

/// <summary>
/// Whatever a file holds, its reader takes it or says in a sentence why not, in memory that its size bounds. A second each, or as many
/// as SNNDSL_FUZZ_SECONDS says (docs/testing.md).
/// </summary>
public sealed class ParserFuzzTests : IDisposable
{
    private const int Allowed = 8 << 20, PerByte = 64;
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static double Seconds { get; } = double.TryParse(Environment.GetEnvironmentVariable("SNNDSL_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out double seconds) ? seconds : 1;

    [Fact]
    public void SafeTensorsFiles()
    {
        string path = folder["fuzzed.safetensors"];
        var mutator = new Mutator(Weights(), Seed("safetensors"));
        Run("safetensors", () => Framed(mutator), bytes =>
        {
            File.WriteAllBytes(path, bytes);
            using var file = SafeTensors.Read(path);
            Assert.True(file.Tensors.Values.Sum(tensor => tensor.NumberOfElements * tensor.ElementSize) <= bytes.Length);
        });
    }

    [Fact]
    public void IdxFiles()
    {
        var mutator = new Mutator([Idx(2051, 3, 4, 4), Idx(2049, 3), Zipped(Idx(2051, 5, 2, 3)), Zipped(Idx(2049, 20))], Seed("idx"));
        Run("idx", () => mutator.Next() is var bytes && mutator.Random.Next(3) == 0 ? Zipped(bytes) : bytes, bytes =>
        {
            if (mutator.Random.Next(2) == 0)
            {
                var images = IdxReader.ReadImages(new MemoryStream(bytes), "fuzzed");
                Assert.Equal((long)images.Count * images.Rows * images.Columns, images.Pixels.Length);
            }
            else
            {
                Assert.All(IdxReader.ReadLabels(new MemoryStream(bytes), "fuzzed"), label => Assert.InRange(label, 0, 9));
            }
        });
    }

    [Fact]
    public void EventArchives()
    {
        byte[][] recordings = [Events(20), Events(3), Events(1)];
        var (inner, outer) = (new Mutator(recordings, Seed("recordings")), new Mutator([Archive(recordings), Archive([Events(200)])], Seed("archives")));
        Run("event archives", () => outer.Random.Next(2) == 0 ? outer.Next() : Archive([inner.Next(), Events(4)]), bytes =>
        {
            var data = EventDataset.FromZip(new MemoryStream(bytes), 3, outer.Random.Next(4) == 0 ? "train" : "test");
            using var inputs = data.Inputs(0);
            Assert.Equal([3, 1, 2, 34, 34], inputs.shape);
        });
    }

    [Fact]
    public void NumpyArchives()
    {
        byte[][] arrays =
        [
            NumpyBytes.Array("|u1", "(2, 2, 3)", new byte[12]), NumpyBytes.Array("<f8", "(2, 6)", new double[12], version: 2),
            NumpyBytes.Array(">i4", "(2,)", new int[2]), NumpyBytes.Array("|b1", "(2, 3, 2)", new byte[12], version: 3),
        ];
        var inner = new Mutator(arrays, Seed("arrays"));
        var outer = new Mutator([NumpyBytes.Archive(("x_test", arrays[0]), ("y_test", arrays[2])), NumpyBytes.Archive(("test_data", arrays[1]), ("test_y", arrays[2]))], Seed("archives of arrays"));
        Run("numpy archives", () => outer.Random.Next(3) switch
        {
            0 => outer.Next(),
            1 => NumpyBytes.Archive(("x_test", inner.Next()), ("y_test", arrays[2])),
            _ => NumpyBytes.Archive(("x_test", arrays[outer.Random.Next(2)]), ("y_test", inner.Next())),
        }, bytes =>
        {
            bool spikes = outer.Random.Next(3) == 0;
            var data = spikes ? NumpyDataset.SpikesFromStream(new MemoryStream(bytes), "test") : NumpyDataset.FromStream(new MemoryStream(bytes), "test", channelsLast: outer.Random.Next(2) == 0);
            using var inputs = data.Inputs(0);
            Assert.Equal(spikes ? [data.InputShape[0], 1, .. data.InputShape[1..]] : [1, .. data.InputShape], inputs.shape);
        });
    }

    [Fact]
    public void AedatFiles()
    {
        var events = Enumerable.Range(0, 30).Select(i => (i, 2 * i, i % 2, 100 * i, i % 7 != 0)).ToArray();
        var mutator = new Mutator([AedatBytes.File(AedatBytes.Packet(0, events), AedatBytes.Packet(1, events[..5])), AedatBytes.File(AedatBytes.Packet(0, events[..1]))], Seed("aedat"));
        Run("aedat", mutator.Next, bytes => Assert.All(AedatReader.Read(new MemoryStream(bytes), "fuzzed", 128, 128), e => Assert.True(e is { X: >= 0 and < 128, Y: >= 0 and < 128, Time: >= 0 })));
    }

    /// <summary>What fell out of long runs, each a kind: it stays refused in a sentence.</summary>
    [Theory]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1152921504606846976,0],\"data_offsets\":[0,0]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4611686018427387904,0],\"data_offsets\":[0,0]}}")]
    [InlineData("{\"a\":{\"dtype\":\"F32\",\"shape\":[1152921504606846976],\"data_offsets\":[0,4611686018427387904]}}")]
    [InlineData("{\"a\":{\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"__metadata__\":[],\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}")]
    [InlineData("n\n\u0001{\"a\":{}}")]
    [InlineData("{\"\\ud800\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}}")]
    public void HeadersThatClaimTooMuchAreRefused(string header)
    {
        string path = folder["claims.safetensors"];
        File.WriteAllBytes(path, Framed(System.Text.Encoding.UTF8.GetBytes(header), []));
        string message = Assert.ThrowsAny<DataFileException>(() => SafeTensors.Read(path)).Message;
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Fact]
    public void AHeaderOfManyDimensionsIsRefusedCheaply()
    {
        string path = folder["deep.safetensors"], ones = string.Join(',', Enumerable.Repeat("1", 100_000));
        File.WriteAllBytes(path, Framed(System.Text.Encoding.UTF8.GetBytes($"{{\"a\":{{\"dtype\":\"U8\",\"shape\":[{ones}],\"data_offsets\":[0,1]}}}}"), [0]));
        Assert.Contains("dimensions", Assert.ThrowsAny<DataFileException>(() => SafeTensors.Read(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>A file of a few bytes whose header claims two billion.</summary>
    [Theory, InlineData(false), InlineData(true)]
    public void AnIdxHeaderThatClaimsTooMuchTakesNoMemory(bool zipped)
    {
        byte[] bytes = Idx(2051, 2, 1, 1);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4), 2_000_000_000);
        bytes = zipped ? Zipped(bytes) : bytes;
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("truncated", Assert.Throws<DataFileException>(() => IdxReader.ReadImages(new MemoryStream(bytes), "claims")).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Allowed);
    }

    // Refusals are sentences; memory is bounded by the input's size (a deflated one may be a thousand times as large); both happen.
    private static void Run(string what, Func<byte[]> next, Action<byte[]> read)
    {
        var (watch, taken, refused) = (Stopwatch.StartNew(), 0, 0);
        while (watch.Elapsed.TotalSeconds < Seconds || taken == 0 || refused == 0)
        {
            Assert.True(watch.Elapsed.TotalSeconds < Seconds + 60, $"{what}: {taken} taken, {refused} refused, so half of the reader was never tried.");
            byte[] bytes = next();
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(bytes);
                taken++;
            }
            catch (DataFileException error)
            {
                refused++;
                Assert.True(error.Message.EndsWith('.') && !error.Message.Any(char.IsControl) && error.Message.Length < 5000, $"{what}: '{error.Message}' is no sentence. {Dump(bytes)}");
            }
            catch (Exception error) when (error is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"{what}: {error.GetType().Name} {error.Message} {error.StackTrace} {Dump(bytes)}");
            }

            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < Allowed + ((long)PerByte * bytes.Length), $"{what}: {allocated} bytes of memory for a file of {bytes.Length}. {Dump(bytes)}");
        }

        Console.WriteLine($"{what}: {taken} taken, {refused} refused in {watch.Elapsed.TotalSeconds:0} s");
    }

    private static string Dump(byte[] bytes) => $"The file, base64: {Convert.ToBase64String(bytes, 0, Math.Min(bytes.Length, 6000))}";

    // Long runs differ from each other, short ones do not: a failure of the suite can be repeated.
    private static int Seed(string what) => Seconds > 10 ? Environment.TickCount ^ what.Length : what.Length;

    // Half of the time the length in front is right, so that damage reaches the header and the data.
    private static byte[] Framed(Mutator mutator)
    {
        byte[] bytes = mutator.Next();
        if (bytes.Length > 8 && mutator.Random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, Math.Max(0, Array.LastIndexOf(bytes, (byte)'}') - 7));
        }

        return bytes;
    }

    private static byte[] Framed(byte[] header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. data];
    }

    private byte[][] Weights()
    {
        using var scope = NewDisposeScope();
        string path = folder["seed.safetensors"];
        (string, Tensor)[][] sets =
        [
            [("fc1.weight", rand(3, 4)), ("fc1.bias", rand(3)), ("mask", tensor(new[] { true, false })), ("scalar", tensor(3.0))],
            [("epsilon", rand(1, 4, 4))],
            [],
        ];
        return
        [
            .. sets.Select((set, i) =>
            {
                SafeTensors.Write(path, set, i == 0 ? new Dictionary<string, string> { ["epochs"] = "3", ["model"] = "FcDirect" } : null);
                return File.ReadAllBytes(path);
            }),
        ];
    }

    private static byte[] Idx(int magic, params int[] sizes)
    {
        byte[] bytes = new byte[4 + (4 * sizes.Length) + sizes.Aggregate(1, (a, b) => a * b)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, magic);
        for (int d = 0; d < sizes.Length; d++)
        {
            BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(4 + (4 * d)), sizes[d]);
        }

        return bytes;
    }

    private static byte[] Zipped(byte[] bytes)
    {
        using var target = new MemoryStream();
        using (var zip = new GZipStream(target, CompressionLevel.Fastest))
        {
            zip.Write(bytes);
        }

        return target.ToArray();
    }

    private static byte[] Events(int count) =>
        [.. Enumerable.Range(0, count).SelectMany(i => new byte[] { (byte)(i % 34), (byte)(7 * i % 34), (byte)(i % 2 << 7), (byte)(i / 2), (byte)(91 * i) })];

    private static byte[] Archive(byte[][] recordings)
    {
        using var target = new MemoryStream();
        using (var zip = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (int i = 0; i < recordings.Length; i++)
            {
                using var entry = zip.CreateEntry($"N-MNIST/Test/{i % 10}/{i + 1:00000}.bin", i % 2 == 0 ? CompressionLevel.Fastest : CompressionLevel.NoCompression).Open();
                entry.Write(recordings[i]);
            }
        }

        return target.ToArray();
    }
}
