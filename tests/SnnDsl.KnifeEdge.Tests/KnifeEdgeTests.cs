using System.Globalization;
using SnnDsl.Certification;
using SnnDsl.Kernels;
using SnnDsl.KnifeEdge.Tests.Drafts;
using SnnDsl.Networks;
using Xunit.Abstractions;
using static TorchSharp.torch;

// The engine is chosen for the whole process, and torch's threads are shared: one test at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace SnnDsl.KnifeEdge.Tests;

/// <summary>
/// What is certified by default survives float32 runs in every order of summation, with and without fused multiply-add, and exact
/// arithmetic; no bound stands above a margin that a run reaches; and the verifier accepts every certificate. On networks whose membranes
/// lie on the threshold, one unit off it, or are moved by next to nothing. docs/testing.md names the variables that make the run long.
/// </summary>
/// <param name="output">Where counts are written.</param>
public class KnifeEdgeTests(ITestOutputHelper output)
{
    private static readonly int Scenes = Number("SNNDSL_KNIFE_EDGE_SCENES", 2);
    private static readonly int Seed = Number("SNNDSL_KNIFE_EDGE_SEED", 1);

    private static readonly Dictionary<(string Network, int Batch), Judge> Judges = [];

    public static TheoryData<string> Networks => [.. All.Select(type => type.Name)];

    private static Type[] All { get; } =
    [
        .. typeof(KnifeEdgeTests).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(SpikingModule))).OrderBy(type => type.Name, StringComparer.Ordinal),
    ];

    [Theory, MemberData(nameof(Networks))]
    public void WhatIsCertifiedHolds(string network)
    {
        var judge = Judged(network);
        Assert.True(judge.Faults.Count == 0, $"{judge.Faults.Count} faults:\n{string.Join('\n', judge.Faults.Take(12))}");
        Assert.NotEqual(0, judge.Counts.GetValueOrDefault("RoundingSafe: bounds"));
    }

    [Theory, MemberData(nameof(Networks))]
    public void TheVerifierAcceptsEveryRecord(string network)
    {
        AssertAccepted(Judged(network));
    }

    [Theory, MemberData(nameof(Networks))]
    public void TheVerifierAcceptsEveryRecordOfABatch(string network)
    {
        AssertAccepted(Judged(network, batch: 3));
    }

    /// <summary>
    /// Membranes that reach as far above the threshold as below it: rounding alone would choose between a rule's two lines, and the verifier's bound
    /// by the other one was lower by as much as a line. Or spikes that whole trains settle and their membranes' bounds do not: what the verifier knew
    /// and the run did not gave tighter bounds, and by these a worse line.
    /// </summary>
    [Theory]
    [InlineData(nameof(MembraneOfLast), Style.OnThreshold, SetKind.PixelEpsilons, 24)]
    [InlineData(nameof(PoissonMembranes), Style.OnThreshold, SetKind.PixelEnds, 13)]
    [InlineData(nameof(PoolsAlone), Style.ZeroRows, SetKind.Uncut, 13)]
    public void TiesOfLinesAreDecidedAlike(string network, object style, object kind, int seed)
    {
        set_num_threads(1);
        using var scope = NewDisposeScope();
        using var scene = new Scene(All.Single(type => type.Name == network), (Style)style, (SetKind)kind, seed);
        var judge = new Judge(batch: 1);
        judge.Look(scene, [
            .. from method in new[] { CertificationMethod.SCrown, CertificationMethod.SCrownPaper }
               from intermediate in Enum.GetValues<IntermediateBounds>()
               select (method, Precision.RoundingSafe, intermediate),
        ]);
        AssertAccepted(judge);
        Assert.Empty(judge.Faults);
    }

    private static void AssertAccepted(Judge judge)
    {
        Assert.True(judge.Rejections.Count == 0, $"{judge.Rejections.Count} rejections:\n{string.Join('\n', judge.Rejections.Take(12))}");
        Assert.NotEqual(0, judge.Counts.GetValueOrDefault("RoundingSafe: verdicts"));
    }

    // Once for all tests.
    private Judge Judged(string network, int batch = 1)
    {
        if (!Judges.TryGetValue((network, batch), out var judge))
        {
            judge = new(batch);
            set_num_threads(1);
            var type = All.Single(type => type.Name == network);
            try
            {
                for (int i = 0; i < Scenes; i++)
                {
                    Look(judge, type, Array.IndexOf(All, type), (Seed - 1) * Scenes + i);
                }
            }
            finally
            {
                SpikingLayer.Engine = Engine.Auto;
            }

            Judges[(network, batch)] = judge;
            if (Environment.GetEnvironmentVariable("SNNDSL_KNIFE_EDGE_LOG") is { } log)
            {
                File.AppendAllLines(log, [.. judge.Counts.Select(count => $"{network}: {count.Value} {count.Key}"), .. judge.Faults, .. judge.Rejections]);
            }
        }

        foreach (var (what, count) in judge.Counts)
        {
            output.WriteLine(FormattableString.Invariant($"{count} {what}"));
        }

        return judge;
    }

    // Each network meets the styles, sets, methods and precisions in an order of its own, so that together they meet all pairs.
    private static void Look(Judge judge, Type type, int own, int turn)
    {
        using var scope = NewDisposeScope();
        var styles = Enum.GetValues<Style>();
        var encoding = ((SpikingNetworkAttribute)Attribute.GetCustomAttribute(type, typeof(SpikingNetworkAttribute))!).Encoding;
        var kinds = Scene.Kinds(encoding);
        var methods = Enum.GetValues<CertificationMethod>();
        var (style, kind) = (styles[(own * 4 + turn * 3 + turn / styles.Length) % styles.Length], kinds[(own * 3 + turn * 5 + turn / kinds.Length) % kinds.Length]);
        using var scene = new Scene(type, style, kind, seed: turn + 1);
        judge.Look(scene, [
            .. methods.Select((method, m) => (method, Precision.RoundingSafe, (own + turn + m) % 3 == 0 ? IntermediateBounds.SCrown : IntermediateBounds.SIbp)),
            (methods[(own + turn) % methods.Length], Precision.Float32, IntermediateBounds.SIbp),
            (methods[(own + turn + 3) % methods.Length], Precision.Float64, IntermediateBounds.SIbp),
        ]);
    }

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}
