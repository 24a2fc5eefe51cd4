using SnnDsl.Kernels;
using SnnDsl.KnifeEdge.Tests.Drafts;
using SnnDsl.KnifeEdge.Tests.Oracle;
using SnnDsl.KnifeEdge.Tests.Sets;

namespace SnnDsl.KnifeEdge.Tests;

/// <summary>What the network does on members of one sample's set: in float32 in every order, on its own engines, and in exact arithmetic.</summary>
/// <param name="Floats">Logits of float32 runs, and what they are of.</param>
/// <param name="Exact">Runs in exact arithmetic, and what they are of.</param>
internal sealed record Witnesses(IReadOnlyList<(float[] Logits, string Name)> Floats, IReadOnlyList<(ExactRun.Trace Trace, string Name)> Exact)
{
    private const int Kept = 14;

    /// <summary>Runs.</summary>
    /// <param name="scene">The network and its samples.</param>
    /// <param name="sample">Which one.</param>
    public static Witnesses Of(Scene scene, int sample)
    {
        var random = new Random(scene.Seed * 31 + sample);
        var (circuit, set, label) = (scene.Circuit, scene.Members[sample], (int)scene.Labels[sample]);
        var runs = FloatRun.All(circuit);
        List<Point> all = [.. set.Members(random, circuit)], edges = [.. set.Edges(random, runs[0])];
        // The sample and the ends; what is worst; what is next to a change.
        List<Point> points =
        [
            .. all.Take(3), .. all.Skip(3).Select(point => (Point: point, Margin: runs[0].Run(point.Encoded).Margin(label)))
                .OrderBy(known => known.Margin).Take(Kept).Select(known => known.Point),
            .. edges,
        ];
        List<(float[], string)> floats = [.. from point in points from run in runs select (run.Run(point.Encoded).Logits, $"{point.Name} of sample {sample} in the order {run}")];
        foreach (var engine in new[] { Engine.Plain, Engine.Auto })
        {
            SpikingLayer.Engine = engine;
            floats.AddRange(scene.Forward(points, sample, alone: false).Zip(points, (logits, point) => (logits, $"{point.Name} of sample {sample} on engine {engine}")));
        }

        floats.AddRange(scene.Forward([.. points.Take(3)], sample, alone: true).Zip(points, (logits, point) => (logits, $"{point.Name} of sample {sample} alone")));
        var exact = new ExactRun(circuit);
        return new(floats, [
            .. points.Select(point => (exact.Run(point.Exact), $"{point.Name} of sample {sample} in exact arithmetic")),
            .. set.Reals(random, circuit).Select(real => (exact.Run(real.Encoded), $"{real.Name} of sample {sample} in exact arithmetic")),
        ]);
    }

    /// <summary>A float32 run that the network gets wrong or ties on; null if there is none.</summary>
    public string? WrongInFloat(int label) => Floats.FirstOrDefault(run => IsWrong(run.Logits, label)).Name;

    /// <summary>The same in exact arithmetic.</summary>
    public string? WrongInExact(int label) => Exact.FirstOrDefault(run => run.Trace.IsWrong(label)).Name;

    /// <summary>A float32 run whose margin is below a bound.</summary>
    public string? BelowInFloat(int label, int rival, double bound) => Floats.FirstOrDefault(run =>
        !((double)run.Logits[label] - run.Logits[rival] >= bound && run.Logits[label] - run.Logits[rival] >= bound)) is { Name: { } name } found
        ? FormattableString.Invariant($"{name}: {found.Logits[label]:R} - {found.Logits[rival]:R} < {bound:R}")
        : null;

    /// <summary>A run in exact arithmetic whose margin is below a bound.</summary>
    public string? BelowInExact(int label, int rival, double bound) => Exact.FirstOrDefault(run => !run.Trace.IsAtLeast(label, rival, bound)) is { Name: { } name } found
        ? FormattableString.Invariant($"{name}: {found.Trace.Margin(label, rival):R} < {bound:R}")
        : null;

    private static bool IsWrong(float[] logits, int label) => logits.Where((logit, rival) => rival != label && !(logits[label] > logit)).Any();
}
