using SnnDsl.Data;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests;

public sealed class DvsGestureDatasetTests : IDisposable
{
    private const string Trials = "class,startTime_usec,endTime_usec\n1,1000,2000\n11,2001,4001\n";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void TrialsOfTheListedRecordingsAreBinned()
    {
        Write(AedatBytes.File(
            AedatBytes.Packet(0, (5, 7, 1, 1000, true), (127, 127, 0, 1999, true), (3, 3, 1, 1500, false)),
            // Other events, of the camera's gyroscope, are skipped.
            [.. AedatBytes.PacketHeader(3, 36, 0, 2), .. new byte[72]],
            AedatBytes.Packet(0, (0, 1, 1, 2000, true), (8, 0, 0, 2001, true), (9, 0, 0, 4001, true), (10, 0, 1, 4002, true))));
        Dataset data = DvsGestureDataset.Load(_folder["."], 2, "train");
        Assert.Equal((2, 11), (data.Count, data.Classes));
        Assert.Equal([0L, 10], data.Labels.data<long>());
        Assert.Equal([2, 2, 128, 128], data.InputShape);
        Assert.Equal((11, "hand clapping", "other gestures"), (data.ClassNames!.Count, data.ClassNames[0], data.ClassNames[10]));
        Assert.Equal([(0, 0, 1, 7, 5), (0, 1, 0, 0, 8), (1, 0, 0, 127, 127), (1, 0, 1, 1, 0), (1, 1, 0, 0, 9)], Cells(data));
        Dataset pooled = DvsGestureDataset.Load(_folder["."], 2, "train", pool: 4);
        Assert.Equal([2, 2, 32, 32], pooled.InputShape);
        Assert.Equal([(0, 0, 1, 1, 1), (0, 1, 0, 0, 2), (1, 0, 0, 31, 31), (1, 0, 1, 0, 0), (1, 1, 0, 0, 2)], Cells(pooled));

        // (step, sample, polarity, row, column) of each cell that is 1.
        static IEnumerable<(long, long, long, long, long)> Cells(Dataset data)
        {
            using Tensor where = data.Inputs(0, 1).nonzero();
            return [.. Enumerable.Range(0, (int)where.shape[0]).Select(i => (
                where[i, 0].item<long>(), where[i, 1].item<long>(), where[i, 2].item<long>(), where[i, 3].item<long>(), where[i, 4].item<long>()))];
        }
    }

    [Fact]
    public void TheClockGoesOnBeyond31Bits()
    {
        AedatReader.Event[] events = [.. AedatReader.Read(new MemoryStream(AedatBytes.File(AedatBytes.Packet(2, (1, 2, 1, 3, true)))), "f", 128, 128)];
        Assert.Equal([new((2L << 31) + 3, 1, 2, 1)], events);
    }

    public static TheoryData<string, byte[]> Damaged => new()
    {
        { "first line", "#!AER-DAT2.0\r\n"u8.ToArray() },
        { "first line", [] },
        { "within a packet", AedatBytes.File(AedatBytes.Packet(0, (1, 1, 1, 1, true))[..^1]) },
        { "within a packet", AedatBytes.File([1, 0, 0]) },
        { "(128, 0)", AedatBytes.File(AedatBytes.Packet(0, (128, 0, 1, 1, true))) },
        { "claims", AedatBytes.File(AedatBytes.PacketHeader(1, 8, 0, -1)) },
        { "claims", AedatBytes.File(AedatBytes.PacketHeader(1, 0x10000000, 0, 1000)) },
        { "polarity events of 12 bytes", AedatBytes.File([.. AedatBytes.PacketHeader(1, 12, 0, 1), .. new byte[12]]) },
    };

    [Theory, MemberData(nameof(Damaged))]
    public void ADamagedRecordingIsASentence(string words, byte[] recording)
    {
        Write(recording);
        Refused(words);
    }

    [Theory]
    [InlineData("each line gives", "class,start,end\n1;2;3\n")]
    [InlineData("classes are 1 to 11", "class,start,end\n12,1,2\n")]
    [InlineData("which is empty", "class,start,end\n1,2,2\n")]
    [InlineData("no recording with a trial", "class,start,end\n")]
    public void TrialsThatAreNoneAreASentence(string words, string trials)
    {
        Write(AedatBytes.File(), trials);
        Refused(words);
    }

    [Fact]
    public void WhatIsAbsentIsASentence()
    {
        Refused("trials_to_train.txt");
        _folder.Put("trials_to_train.txt", "user01_led.aedat\n"u8.ToArray());
        Refused("user01_led_labels.csv");
        Assert.Contains("divisor of 128", Assert.Throws<ArgumentException>(() => DvsGestureDataset.Load(_folder["."], 2, "train", pool: 3)).Message, StringComparison.Ordinal);
    }

    private void Write(byte[] recording, string trials = Trials)
    {
        _folder.Put("trials_to_train.txt", "user01_led.aedat\r\n\r\n"u8.ToArray());
        _folder.Put("user01_led.aedat", recording);
        _folder.Put("user01_led_labels.csv", System.Text.Encoding.ASCII.GetBytes(trials));
    }

    private void Refused(string words) =>
        Assert.Contains(words, Assert.Throws<DataFileException>(() => DvsGestureDataset.Load(_folder["."], 2, "train")).Message, StringComparison.Ordinal);
}
