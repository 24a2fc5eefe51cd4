using TorchSharp;

namespace SnnDsl.Hardware;

/// <summary>Work shared over the cores that torch was given.</summary>
internal static class Cores
{
    /// <summary>The floats of a cache line: what two cores should not share.</summary>
    public const long Line = 16;

    // Less work than this is done before another core has woken up.
    private const long Worthwhile = 1 << 15;

    /// <summary>Into how many parts work is cut.</summary>
    /// <param name="work">An estimate of the work, in values touched.</param>
    public static int Parts(long work) => work < Worthwhile ? 1 : torch.get_num_threads();

    /// <summary>Runs equal parts of [0, count), as many as there are threads; part i is always the same range.</summary>
    /// <param name="count">How much there is.</param>
    /// <param name="parts">Into how many parts; see <see cref="Parts"/>.</param>
    /// <param name="body">Part, from, to.</param>
    public static void Split(long count, int parts, Action<int, long, long> body)
    {
        if (parts <= 1)
        {
            body(0, 0, count);
            return;
        }

        Team.Run(parts, parts, part => body((int)part, count * part / parts, count * (part + 1) / parts));
    }

    /// <summary>Runs ranges of [0, count) on whichever core is free: for work whose ranges write disjoint results.</summary>
    /// <param name="count">How much there is.</param>
    /// <param name="work">An estimate of the work, in values touched.</param>
    /// <param name="body">From, to.</param>
    /// <param name="grain">Ranges begin at multiples of it: neurons are shared by whole cache lines.</param>
    public static void Share(long count, long work, Action<long, long> body, long grain = 1)
    {
        int threads = Parts(work);
        if (threads <= 1 || count <= grain)
        {
            body(0, count);
            return;
        }

        // Several ranges a core: the last ones even out what the others took longer for.
        long grains = (count + grain - 1) / grain;
        long ranges = Math.Min(grains, threads * 4L);
        Team.Run(threads, ranges, range =>
            body(grains * range / ranges * grain, Math.Min(count, grains * (range + 1) / ranges * grain)));
    }
}
