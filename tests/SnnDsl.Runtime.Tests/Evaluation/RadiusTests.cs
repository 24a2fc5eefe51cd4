using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Records;
using SnnDsl.Perturbations;
using SnnDsl.Runtime.Tests.Training;
using SnnDsl.Serialization;
using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Evaluation;

/// <summary>Radii: certified up to there, broken above, close to both.</summary>
[Collection("One thread")]
public sealed class RadiusTests : IDisposable
{
    private const double Tolerance = 0.004;
    private static readonly Dataset Data = TinyData.Images(8, noise: 0.5);
    private static readonly LInfinity Largest = new(0.5);
    private readonly TinyNetwork network = new(Encoding.Direct, steps: 4, [1, 6, 6], hidden: 16, classes: 3, seed: 5);

    public RadiusTests()
    {
        set_num_threads(1);
        new Trainer(network, TinyData.Images(40, noise: 0.5), Recipes.Best(new() { Epsilon = 0.05 }, 10) with { BatchSize = 10, LearningRate = 5e-3 }).Run();
    }

    public void Dispose() => network.Dispose();

    [Theory]
    [InlineData(CertificationMethod.SIbp)]
    [InlineData(CertificationMethod.SCrown)]
    public void TheRadiusIsCertifiedAndWhatIsBrokenBreaks(CertificationMethod method)
    {
        using var folder = new TemporaryFolder();
        var search = Search(method);
        using (var file = RecordFile<RadiusRecord>.Create(folder["r.jsonl"]))
        {
            Assert.Equal(Data.Count, search.Run(Data, file).Count);
        }

        int positive = 0;
        foreach (var record in RecordLog.Read<RadiusRecord>(folder["r.jsonl"]))
        {
            using var scope = NewDisposeScope();
            var one = Data.Select([record.Position]);
            if (record.Radius is not { } radius)
            {
                Assert.Empty(record.Probes);
                continue;
            }

            // Sound: the method itself certifies the radius, and the largest uncertified size is close.
            if (radius > 0)
            {
                Assert.Equal(Verdict.Bounded, Certifier(method, new LInfinity(radius)).Run(one).Records[0].Verdict);
                Assert.All(record.LowerBounds, bound => Assert.True(record.Setting.Proves(bound)));
                positive++;
            }

            double above = Math.Min(record.Broken ?? Largest.Epsilon, record.Probes.Where(probe => !probe.Verdict.IsByBounds()).Min(probe => (double?)probe.Size) ?? double.MaxValue);
            Assert.InRange(above - radius, 0, radius == Largest.Epsilon ? 0 : Tolerance);
            Assert.Equal(radius, record.Probes.Where(probe => probe.Verdict.IsByBounds()).Select(probe => probe.Size).DefaultIfEmpty(0).Max());

            // Broken: the stored point replays, and lies where it is said to.
            if (record.Counterexample is { } found)
            {
                // A step of float32 above the size that was asked for is rounding.
                Assert.InRange(record.Broken!.Value, found.Distance - 1e-6, found.Distance);
                using var stored = SafeTensors.Read(RecordFolders.Counterexample(folder["r.jsonl"], record.Index));
                var (point, sample) = (stored.Tensors["input"], stored.Tensors["sample"]);
                Assert.Equal(found.Distance, (point - sample).abs().max().item<double>());
                Assert.Equal(0, (sample - one.Inputs(0).to(ScalarType.Float64)).abs().max().item<double>());
                Assert.True(Margins.FromLogits(network.forward(point), one.Labels).min().item<double>() <= 0);
            }
        }

        Assert.True(positive > 2, $"Only {positive} radii were put to the test.");
    }

    [Fact]
    public void ATighterToleranceTakesNothingBack()
    {
        var (coarse, fine) = (Search(CertificationMethod.SIbp, 0.05).Run(Data), Search(CertificationMethod.SIbp, 0.005).Run(Data));
        Assert.All(coarse.Zip(fine), pair => Assert.True(pair.First.Radius is null == pair.Second.Radius is null));
        Assert.All(coarse.Zip(fine).Where(pair => pair.First.Radius is not null), pair => Assert.InRange(pair.Second.Radius!.Value, pair.First.Radius!.Value - 0.005, pair.First.Radius!.Value + 0.05));
        Assert.True(RadiusSummary.Of(fine, Data.Count).MeanRadius > 0);
    }

    [Fact]
    public void AStoppedSearchGoesOn()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var search = Search(CertificationMethod.SIbp);
        using (var file = RecordFile<RadiusRecord>.Create(folder["r.jsonl"]))
        {
            var listener = new Stopper(3, stop);
            Assert.Equal(3, search.Run(Data, file, progress: listener, cancellation: stop.Token).Count);
        }

        using (var file = RecordFile<RadiusRecord>.Resume(folder["r.jsonl"], search.Setting(Data)))
        {
            Assert.Equal(Enumerable.Range(0, Data.Count), search.Run(Data, file, progress: new Stopper(Data.Count, stop, early: 3)).Select(record => record.Position));
        }

        Assert.Contains("radiusTolerance is 0.004", Assert.Throws<DataFileException>(
            () => RecordFile<RadiusRecord>.Resume(folder["r.jsonl"], Search(CertificationMethod.SIbp, 0.1).Setting(Data))).Message, StringComparison.Ordinal);
        Assert.Throws<DataFileException>(() => RecordLog.Read<CertificateRecord>(folder["r.jsonl"]));
    }

    private RadiusSearch Search(CertificationMethod method, double tolerance = Tolerance) =>
        new(network, Largest, perturbation => Certifier(method, perturbation)) { Tolerance = tolerance };

    private Certifier Certifier(CertificationMethod method, Perturbation perturbation) => new(network, perturbation, method) { Precision = Precision.Float32 };

    private sealed class Stopper(int after, CancellationTokenSource stop, int early = 0) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value)
        {
            Assert.Equal(early, value.Before);
            if (value.Done == after)
            {
                stop.Cancel();
            }
        }
    }
}
