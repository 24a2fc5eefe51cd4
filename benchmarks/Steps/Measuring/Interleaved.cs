using System.Diagnostics;

namespace SnnDsl.Benchmarks.Measuring;

/// <summary>Times several actions in turn, A B C A B C ..., so that whatever else the machine does meets all of them alike.</summary>
internal static class Interleaved
{
    private static readonly TimeSpan SlowWarmUp = TimeSpan.FromSeconds(1);

    /// <summary>Runs the actions in turn until there are enough runs, and on for as long as the budget lasts.</summary>
    /// <param name="least">The least number of runs of each.</param>
    /// <param name="most">The most.</param>
    /// <param name="budget">How long to go on between the two.</param>
    /// <param name="collectEvery">The collector runs, outside the clock, once in so many runs. It leaves cold caches behind: where the
    /// slowest runs count, it should run once, before the first.</param>
    /// <param name="actions">What is timed.</param>
    public static Timing[] Measure(int least, int most, TimeSpan budget, int collectEvery, params Action[] actions)
    {
        foreach (var action in actions)
            WarmUp(action);

        var runs = actions.Select(_ => new List<double>()).ToArray();
        long start = Stopwatch.GetTimestamp();
        for (int run = 0; run < least || (run < most && Stopwatch.GetElapsedTime(start) < budget); run++)
        {
            for (int i = 0; i < actions.Length; i++)
            {
                if (run % collectEvery == 0)
                    Collect();

                long before = Stopwatch.GetTimestamp();
                actions[i]();
                runs[i].Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            }
        }

        return [.. runs.Select(times => new Timing(times))];
    }

    // Twice; actions of many seconds, which are compiled and have filled their buffers long before their end, once.
    private static void WarmUp(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        if (Stopwatch.GetElapsedTime(start) < SlowWarmUp)
            action();
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }
}
