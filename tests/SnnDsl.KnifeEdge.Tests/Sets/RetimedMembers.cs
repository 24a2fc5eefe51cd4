using System.Numerics;
using SnnDsl.KnifeEdge.Tests.Oracle;

namespace SnnDsl.KnifeEdge.Tests.Sets;

/// <summary>Every spike moved by at most d steps, so that at most k bins gain one.</summary>
/// <param name="frames">The recording, [t][n].</param>
/// <param name="jitter">d.</param>
/// <param name="moves">k; null for any number.</param>
internal sealed class RetimedMembers(float[][] frames, int jitter, int? moves) : IMemberSet
{
    private const int Most = 200;

    public IEnumerable<Point> Members(Random random, Circuit circuit)
    {
        int[] own = [.. Enumerable.Range(0, frames[0].Length).Select(n => Enumerable.Range(0, frames.Length).Sum(t => frames[t][n] > 0 ? 1 << t : 0))];
        int[][] trains = [.. own.Select(train => Enumerable.Range(0, 1 << frames.Length).Where(other => Reaches(train, other)).ToArray())];
        yield return Of(own, "the sample");
        for (int i = 0; i < Most; i++)
        {
            int[] drawn = [.. own];
            int left = moves ?? int.MaxValue;
            foreach (int n in Enumerable.Range(0, own.Length).OrderBy(_ => random.Next()))
            {
                int train = trains[n][random.Next(trains[n].Length)], gained = BitOperations.PopCount((uint)(train & ~own[n]));
                if (gained <= left)
                {
                    drawn[n] = train;
                    left -= gained;
                }
            }

            yield return Of(drawn, "retimed");
        }
    }

    // The m-th spike goes to the m-th: uncrossing two pairs never lengthens the longer.
    private bool Reaches(int train, int other)
    {
        int[] from = Times(train), to = Times(other);
        return from.Length == to.Length && from.Zip(to, (a, b) => Math.Abs(a - b)).All(distance => distance <= jitter);
    }

    private int[] Times(int train) => [.. Enumerable.Range(0, frames.Length).Where(t => (train >> t & 1) == 1)];

    private Point Of(int[] trains, string name)
    {
        float[][] changed = [.. frames.Select((step, t) => step.Select((_, n) => (float)(trains[n] >> t & 1)).ToArray())];
        return new([.. changed.SelectMany(step => step)], changed, name);
    }
}
