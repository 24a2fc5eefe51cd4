using System.IO.Compression;
using System.Security.Cryptography;
using SnnDsl.Data;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests;

public sealed class EventDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static byte[] Event(int x, int y, int polarity, int time) =>
        [(byte)x, (byte)y, (byte)(polarity << 7 | time >> 16), (byte)(time >> 8), (byte)time];

    private static string Message(Action load) => Assert.Throws<DataFileException>(load).Message;

    /// <summary>The bins of a recording, computed plainly with exact fractions, from bytes read event by event.</summary>
    private static float[] SlowlyBinned(byte[] bytes, int steps, EventWindow? window)
    {
        var events = bytes.Chunk(5).Select(e => (X: e[0], Y: e[1], P: e[2] >= 128 ? 1 : 0, Time: (e[2] % 128) * 65536 + e[3] * 256 + e[4])).ToArray();
        decimal start = window?.Start ?? events.Min(e => e.Time), end = window?.End ?? events.Max(e => e.Time);
        var cells = new float[steps * 2 * 34 * 34];
        foreach (var e in events)
        {
            for (int t = 0; t < steps; t++)
            {
                // start + t (end - start) / steps <= time < start + (t + 1) (end - start) / steps, times the steps
                decimal time = (e.Time - start) * steps;
                bool inside = t * (end - start) <= time && time < (t + 1) * (end - start);
                bool onTheEnd = window is null && t == steps - 1 && e.Time == end;
                if (inside || onTheEnd) cells[t * 2312 + e.P * 1156 + e.Y * 34 + e.X] = 1;
            }
        }
        return cells;
    }

    private static Dictionary<string, byte[]> Recordings(string split)
    {
        using ZipArchive zip = ZipFile.OpenRead(RealData.NMnist);
        return zip.Entries.Where(e => e.FullName.StartsWith(split, StringComparison.Ordinal) && e.Length > 0).ToDictionary(e => e.FullName, e =>
        {
            using Stream stream = e.Open();
            var buffer = new MemoryStream();
            stream.CopyTo(buffer);
            return buffer.ToArray();
        });
    }

    [Theory]
    [InlineData(1, null)]
    [InlineData(7, null)]
    [InlineData(10, null)]
    [InlineData(10, 100_000)]
    public void RecordingsAreBinnedAsDocumented(int steps, int? windowStart)
    {
        EventWindow? window = windowStart is int start ? new(start, start + 99_999) : null;
        Dataset data = EventDataset.Load(RealData.NMnist, steps, "test", window);
        Assert.Equal([steps, 2, 34, 34], data.InputShape);
        string[] names = [.. Recordings("Test").Keys.OrderBy(name => name.Split('/')[2], StringComparer.Ordinal)];
        Dictionary<string, byte[]> recordings = Recordings("Test");
        int[] positions = [3, 99, 0];
        using Tensor inputs = data.Inputs(positions);
        Assert.Equal([steps, 3, 2, 34, 34], inputs.shape);
        for (int b = 0; b < positions.Length; b++)
        {
            byte[] bytes = recordings[names[positions[b]]];
            using Tensor one = inputs.select(1, b).contiguous();
            Assert.Equal(SlowlyBinned(bytes, steps, window), one.data<float>());
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), data.InputHash(positions[b]));
            Assert.Equal(names[positions[b]].Split('/')[1], data.LabelsAt(positions[b]).item<long>().ToString());
        }
    }

    [Theory]
    [InlineData("train", 1000)]
    [InlineData("test", 100)]
    public void TheOrderIsTheDataSetsOwn(string split, int count)
    {
        Dataset data = EventDataset.Load(RealData.NMnist, 10, split);
        Assert.Equal(("n-mnist", split, count, 10, false), (data.Name, data.Split, data.Count, data.Classes, data.IsEmbedded));
        Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), data.Indices);
        // N-MNIST shows MNIST's images in their order.
        Assert.Equal(ImageDataset.Load(RealData.Mnist, "mnist", split).Take(count).Labels.data<long>(), data.Labels.data<long>());
    }

    [Fact]
    public void AFolderAZipAndAZipInAFolderAreTheSame()
    {
        Dictionary<string, byte[]> recordings = Recordings("Test").Take(12).ToDictionary();
        foreach ((string name, byte[] bytes) in recordings) _folder.Put(name, bytes);
        _folder.Put("Test/README.txt", [1]);
        using (var zip = new ZipArchive(File.Create(_folder["archive.zip"]), ZipArchiveMode.Create))
        {
            zip.CreateEntry("N-MNIST/Test/");
            foreach ((string name, byte[] bytes) in recordings.Reverse())
            {
                using Stream stream = zip.CreateEntry("N-MNIST/" + name).Open();
                stream.Write(bytes);
            }
        }
        Directory.CreateDirectory(_folder["only-zip"]);
        File.Copy(_folder["archive.zip"], _folder["only-zip", "archive.zip"]);

        int[] all = [.. Enumerable.Range(0, 12)];
        float[][] inputs = [.. new[] { _folder[""], _folder["archive.zip"], _folder["only-zip"] }
            .Select(path => EventDataset.Load(path, 4, "test").Inputs(all).data<float>().ToArray())];
        Assert.Equal(12 * 4 * 2312, inputs[0].Length);
        Assert.Equal(inputs[0], inputs[1]);
        Assert.Equal(inputs[0], inputs[2]);
    }

    [Fact]
    public void OrderAndIndicesFollowTheNumbersAndNotTheText()
    {
        foreach (string name in new[] { "Train/9/10.bin", "Train/0/00002.bin", "Train/3/7.bin" }) _folder.Put(name, Event(0, 0, 0, 5));
        Dataset data = EventDataset.Load(_folder[""], 2, "train");
        Assert.Equal([1, 6, 9], data.Indices);
        Assert.Equal([0L, 3, 9], data.Labels.data<long>());
    }

    [Fact]
    public void ChannelsBinsAndEndsAreAsDocumented()
    {
        // From 100 to 500 in four bins of 100 microseconds: a time on a border opens the next bin, the last one is closed.
        _folder.Put("Test/1/1.bin", [.. Event(33, 2, 1, 100), .. Event(0, 33, 0, 199), .. Event(5, 6, 0, 200), .. Event(5, 6, 1, 399), .. Event(7, 8, 1, 500)]);
        Tensor cells = EventDataset.Load(_folder[""], 4, "test").Inputs(0);
        (int T, int P, int Y, int X)[] set = [(0, 0, 33, 0), (0, 1, 2, 33), (1, 0, 6, 5), (2, 1, 6, 5), (3, 1, 8, 7)];
        Assert.Equal(set.Length, cells.sum().item<float>());
        Assert.All(set, c => Assert.Equal(1f, cells[c.T, 0, c.P, c.Y, c.X].item<float>()));

        // In the window [200, 400) the events at 100, 199 and 500 are left out.
        Tensor part = EventDataset.Load(_folder[""], 2, "test", new(200, 400)).Inputs(0);
        Assert.Equal(2f, part.sum().item<float>());
        Assert.Equal((1f, 1f), (part[0, 0, 0, 6, 5].item<float>(), part[1, 0, 1, 6, 5].item<float>()));

        // 23 bits of time: the largest stamp is not taken for a polarity.
        _folder.Put("Test/1/1.bin", [.. Event(1, 1, 0, 0), .. Event(2, 2, 0, (1 << 23) - 1)]);
        Tensor ends = EventDataset.Load(_folder[""], 3, "test").Inputs(0);
        Assert.Equal((1f, 1f, 2f), (ends[0, 0, 0, 1, 1].item<float>(), ends[2, 0, 0, 2, 2].item<float>(), ends.sum().item<float>()));
    }

    [Fact]
    public void BadRecordingsAreNamed()
    {
        string Load(byte[] bytes)
        {
            _folder.Put("Train/4/00012.bin", bytes);
            string message = Message(() => EventDataset.Load(_folder[""], 10, "train"));
            Assert.Contains("Train/4/00012.bin", message);
            return message;
        }
        Assert.Contains("is truncated: 6 bytes", Load([.. Event(1, 1, 0, 0), 3]));
        Assert.Contains("no events", Load([]));
        Assert.Contains("(34, 0)", Load(Event(34, 0, 0, 0)));
        Assert.Contains("(0, 240)", Load(Event(0, 240, 0, 0)));
    }

    [Fact]
    public void WhatIsMissingOrDoesNotFitIsSaid()
    {
        Assert.Contains("no folder or zip file", Message(() => EventDataset.Load(_folder["absent.zip"], 10, "train")));
        Assert.Contains("holds no train recordings", Message(() => EventDataset.Load(_folder[""], 10, "train")));
        Assert.Contains("holds no test recordings", Message(() => EventDataset.Load(RealData.Mnist, 10, "test")));
        _folder.Put("Train/12/1.bin", Event(0, 0, 0, 0));
        Assert.Contains("folder 12", Message(() => EventDataset.Load(_folder[""], 10, "train")));
        _folder.Put("Test/1/0.bin", Event(0, 0, 0, 0));
        Assert.Contains("number 0", Message(() => EventDataset.Load(_folder[""], 10, "test")));
        byte[] zip = File.ReadAllBytes(RealData.NMnist);
        Assert.Contains("damaged or truncated", Message(() => EventDataset.Load(_folder.Put("cut.zip", zip[..100_000]), 10, "train")));
        Assert.Contains("damaged or truncated", Message(() => EventDataset.Load(_folder.Put("text.zip", [1, 2, 3]), 10, "train")));
        zip.AsSpan(40, 2000).Fill(0xff);
        Assert.Contains("damaged or truncated", Message(() => EventDataset.Load(_folder.Put("bad.zip", zip), 10, "train")));
        Assert.Throws<ArgumentOutOfRangeException>(() => EventDataset.Load(RealData.NMnist, 0, "train"));
        Assert.Contains("empty", Assert.Throws<ArgumentException>(() => EventDataset.Load(RealData.NMnist, 10, "train", new(5, 5))).Message);
        Assert.Throws<ArgumentException>(() => EventDataset.Load(RealData.NMnist, 10, "valid"));
    }

    [Fact]
    public void TheEmbeddedSubsetIsTheStartOfThePublishedRecordings()
    {
        string path = Path.Combine(RealData.Examples, "NMnist", "Data", "nmnist.zip");
        Assert.InRange(new FileInfo(path).Length, 1, 2_000_000);
        using Stream stream = File.OpenRead(path);
        foreach ((string split, int count) in new[] { ("train", 80), ("test", 40) })
        {
            Dataset part = EventDataset.FromZip(stream, 10, split), whole = EventDataset.Load(RealData.NMnist, 10, split);
            Assert.Equal((count, true), (part.Count, part.IsEmbedded));
            Assert.Equal(whole.Take(count).Labels.data<long>(), part.Labels.data<long>());
            Assert.All(Enumerable.Range(0, count), i => Assert.Equal((whole.InputHash(i), whole.Indices[i]), (part.InputHash(i), part.Indices[i])));
            Assert.Equal(split == "train" ? 10 : 9, part.Labels.data<long>().Distinct().Count());
        }
    }
}
