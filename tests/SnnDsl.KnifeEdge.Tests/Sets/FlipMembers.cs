using SnnDsl.KnifeEdge.Tests.Oracle;
using SnnDsl.Perturbations;

namespace SnnDsl.KnifeEdge.Tests.Sets;

/// <summary>At most k entries of a recording flipped.</summary>
/// <param name="frames">The recording, [t][n].</param>
/// <param name="count">k.</param>
/// <param name="mode">Which entries may be.</param>
internal sealed class FlipMembers(float[][] frames, int count, FlipMode mode) : IMemberSet
{
    private const int Most = 240;

    public IEnumerable<Point> Members(Random random, Circuit circuit)
    {
        yield return With([]);
        (int T, int N)[] free = [.. frames.SelectMany((step, t) => step.Select((spike, n) => (t, n, spike)))
            .Where(entry => mode switch { FlipMode.Insert => entry.spike == 0, FlipMode.Delete => entry.spike == 1, _ => true }).Select(entry => (entry.t, entry.n))];
        if (count == 0 || free.Length == 0)
        {
            yield break;
        }

        foreach (var entry in free.Take(Most))
        {
            yield return With([entry]);
        }

        if (count > 1 && free.Length * (free.Length - 1) / 2 <= Most)
        {
            foreach (var pair in free.SelectMany((one, i) => free.Skip(i + 1).Select(other => new[] { one, other })))
            {
                yield return With(pair);
            }
        }

        for (int i = 0; i < (count == 1 ? 0 : Most); i++)
        {
            yield return With([.. free.OrderBy(_ => random.Next()).Take(1 + random.Next(count))]);
        }
    }

    private Point With((int T, int N)[] flipped)
    {
        float[][] changed = [.. frames.Select(step => (float[])step.Clone())];
        foreach (var (t, n) in flipped)
        {
            changed[t][n] = 1 - changed[t][n];
        }

        return new([.. changed.SelectMany(step => step)], changed, $"flips of {string.Join(" ", flipped)}");
    }
}
