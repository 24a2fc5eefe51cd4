using SnnDsl.Hardware;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Hardware;

/// <summary>Work that is shared over cores: all of it once, nothing lost when it fails, on the threads that libtorch runs on.</summary>
public class CoresTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1000)]
    [InlineData(4, 3)]
    [InlineData(3, 0)]
    public void EveryPieceRunsOnce(int threads, int count)
    {
        int[] runs = new int[count];
        Team.Run(threads, count, piece => Interlocked.Increment(ref runs[piece]));
        Assert.All(runs, times => Assert.Equal(1, times));
    }

    [Fact]
    public void PiecesMaySharePiecesOfTheirOwn()
    {
        int[] runs = new int[60];
        Team.Run(2, 6, outer => Team.Run(2, 10, inner => Interlocked.Increment(ref runs[outer * 10 + inner])));
        Assert.All(runs, times => Assert.Equal(1, times));
    }

    [Fact]
    public void SeveralCallersDoNotMeet()
    {
        long[] sums = new long[8];
        Thread[] callers = [.. Enumerable.Range(0, sums.Length).Select(caller => new Thread(() =>
        {
            for (int i = 0; i < 50; i++)
                Team.Run(2, 10, piece => Interlocked.Add(ref sums[caller], piece + caller));
        }))];
        Array.ForEach(callers, thread => thread.Start());
        Array.ForEach(callers, thread => thread.Join());
        Assert.Equal(Enumerable.Range(0, sums.Length).Select(caller => 50L * (45 + 10 * caller)), sums);
    }

    [Fact]
    public void AFailureReachesTheCaller()
    {
        var failure = Assert.ThrowsAny<Exception>(() =>
            Team.Run(2, 100, piece => { if (piece == 7) throw new InvalidOperationException("piece 7"); }));
        Assert.Equal("piece 7", (failure as AggregateException)?.InnerException?.Message ?? failure.Message);

        // The threads are there for the next ones.
        EveryPieceRunsOnce(2, 10);
    }

    [Fact]
    public void LinuxUsesTorchsThreads()
    {
        if (OperatingSystem.IsLinux())
            Assert.True(Team.IsShared);
    }

    [Theory]
    [InlineData(1000, 16)]
    [InlineData(1001, 16)]
    [InlineData(5, 16)]
    [InlineData(97, 1)]
    public void RangesCoverAllAndBeginOnGrains(long count, long grain)
    {
        int before = get_num_threads();
        try
        {
            set_num_threads(3);
            int[] runs = new int[count];
            Cores.Share(
                count, long.MaxValue,
                (from, to) =>
                {
                    Assert.True(from % grain == 0 && from < to);
                    for (long i = from; i < to; i++)
                        Interlocked.Increment(ref runs[i]);
                },
                grain);
            Assert.All(runs, times => Assert.Equal(1, times));
        }
        finally
        {
            set_num_threads(before);
        }
    }
}
