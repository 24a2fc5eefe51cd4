using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Certification.Proofs;
using SnnDsl.Data;
using SnnDsl.Evaluation;
using SnnDsl.Evaluation.Cascade;
using SnnDsl.Evaluation.Records;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using SnnDsl.Runtime.Tests.Training;
using SnnDsl.Serialization;
using SnnDsl.Training;
using static TorchSharp.torch;

namespace SnnDsl.Runtime.Tests.Evaluation;

/// <summary>The order of stages, who works on what, and what comes out.</summary>
[Collection("One thread")]
public sealed class CascadeTests : IDisposable
{
    private static readonly Dataset Data = TinyData.Images(40, noise: 0.5);
    private static readonly LInfinity Box = new(0.1);
    private static readonly Evidence Single = Evidence.Of(CertificationMethod.SIbp);
    private readonly TinyNetwork network = new(Encoding.Direct, steps: 4, [1, 6, 6], hidden: 16, classes: 3, seed: 5);

    public CascadeTests()
    {
        set_num_threads(1);
        // A few epochs: something to certify, something to refute, something in between.
        new Trainer(network, Data, Recipes.Best(new() { Epsilon = 0.05 }, 10) with { BatchSize = 10, LearningRate = 5e-3 }).Run();
    }

    public void Dispose() => network.Dispose();

    [Fact]
    public void EachStageSeesOnlyWhatTheOnesBeforeLeftOpen()
    {
        var first = new Probe("first", sample => sample.Raise(0, sample.Position % 2 == 0 ? 1 : -1, Single), all: true);
        var second = new Probe("second", sample => sample.Raise(0, sample.Position % 3 == 0 ? 1 : -1, Single)) { Size = 2 };
        var third = new Probe("third", sample => sample.Refute("third", null)) { Size = 1 };
        var settled = Run([first, second, third], TimeSpan.FromSeconds(10), 12);
        Assert.Equal([Enumerable.Range(0, 12)], first.Groups);
        Assert.Equal([[1, 3], [5, 7], [9, 11]], second.Groups);
        Assert.Equal([[1], [5], [7], [11]], third.Groups);
        Assert.Equal([0, 2, 4, 6, 8, 10, 3, 9, 1, 5, 7, 11], settled.Select(sample => sample.Position));
        Assert.All(settled, sample => Assert.Equal(
            sample.Position % 2 == 0 ? "first" : sample.Position % 3 == 0 ? "second" : "third", sample.DecidedBy));
        Assert.All(settled, sample => Assert.Equal(sample.DecidedBy == "third" ? Verdict.Falsified : Verdict.Bounded, sample.Verdict));
    }

    [Fact]
    public void TimeIsSharedAndEnds()
    {
        // 4 samples share a stage of 0.2 s: 0.05 s each, above the limit of 0.04 s, so that no later stage sees them.
        var slow = new Probe("slow", _ => { }) { Pause = TimeSpan.FromSeconds(0.2) };
        var late = new Probe("late", sample => sample.Refute("late", null));
        var left = Run([slow, late], TimeSpan.FromSeconds(0.04), 4);
        Assert.Empty(late.Groups);
        Assert.All(left, sample =>
        {
            Assert.Equal((Verdict.Unknown, null), (sample.Verdict, sample.DecidedBy));
            Assert.InRange(sample.Spent.TotalSeconds, 0.05, 1);
            // No stage bounded the membranes, and there was no time to do it for the description alone.
            Assert.Null(sample.Unstable);
        });
        Assert.InRange(slow.Allowance.TotalSeconds, 0.15, 0.16);
        Assert.All(Run([slow], TimeSpan.MaxValue, 4), sample => Assert.Equal(["lif1", "lif2"], sample.Unstable!.Select(layer => layer.Layer)));
    }

    [Fact]
    public void WhatNothingShowsCertifiesNothing()
    {
        var claims = new Probe("claims", sample => sample.RaiseUnproved(0, 1, CertificationMethod.Alpha), all: true);
        Assert.All(Run([claims], TimeSpan.MaxValue, 3), sample =>
        {
            Assert.Equal(Verdict.Unknown, sample.Verdict);
            Assert.Equal([0f], sample.LowerBounds);
        });
        Assert.Throws<ArgumentException>(() => Evidence.Of(CertificationMethod.Alpha));
        Assert.Throws<ArgumentException>(() => Evidence.Of(CertificationMethod.Bab));
        var proof = new MarginProof(1, 1, [], new ProofNode.Counts());
        var proves = new Probe("proves", sample => sample.Raise(0, 1, Evidence.Of(CertificationMethod.Alpha, proof)), all: true);
        Assert.All(Run([proves], TimeSpan.MaxValue, 3), sample => Assert.Equal([proof], sample.Proof!.Margins));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    [InlineData(float.MinValue)]
    public void WhatIsNotFiniteCertifiesNothingAndSaysSo(float planted)
    {
        var first = new Probe("first", sample => sample.Raise(0, sample.Position == 1 ? planted : -1, Single), all: true);
        var second = new Probe("second", sample => sample.Raise(0, 1, Single));
        var settled = Run([first, second], TimeSpan.MaxValue, 3).ToDictionary(sample => sample.Position);
        Assert.Equal([[0, 2]], second.Groups);
        Assert.Equal((Verdict.Unknown, "the bound of the margin over class 1 by s-ibp is not finite"), (settled[1].Verdict, settled[1].Reason));
        Assert.All(new[] { 0, 2 }, position => Assert.Equal((Verdict.Bounded, null), (settled[position].Verdict, settled[position].Reason)));
    }

    [Theory, InlineData(Precision.Float32), InlineData(Precision.Float64)]
    public void WeightsThatOverflowCertifyNothing(Precision precision)
    {
        using var large = new TinyNetwork(Encoding.Direct, 4, [1, 6, 6], 12, 3, seed: 3);
        using (no_grad())
        {
            foreach (var weight in large.parameters().Where(weight => weight.dim() == 2))
            {
                weight.sign_().mul_(precision == Precision.Float32 ? 1e38 : 1e308);
            }
        }

        foreach (var method in Enum.GetValues<CertificationMethod>())
        {
            var certifier = new Certifier(large, Box, method) { Precision = precision, TimeLimit = TimeSpan.FromMinutes(1), MostSubproblems = 1, Alpha = new() { Iterations = 1 } };
            var records = certifier.Run(Data.Take(6)).Records;
            Assert.All(records, record => Assert.False(record.Verdict.IsByBounds(), $"{method}: {record.Verdict}"));
        }
    }

    [Fact]
    public void AStageThatFailsOrIsCancelledLeavesNothingCertified()
    {
        foreach (var failure in new Exception[] { new InvalidOperationException("planted"), new OperationCanceledException() })
        {
            SampleState? seen = null;
            var fails = new Probe("fails", sample =>
            {
                (seen ??= sample).Raise(0, 1, Single);
                throw failure;
            }, all: true);
            Assert.Same(failure, Record.Exception(() => Run([fails], TimeSpan.MaxValue, 3)));
            Assert.Equal((Verdict.Unknown, null), (seen!.Verdict, seen.DecidedBy));
        }
    }

    [Fact]
    public void AStageThatCannotEndInTimeIsNotBegun()
    {
        // 0.1 s a sample, of 0.15 s: the second such stage would end too late, as two of the first stage's samples showed.
        var slow = new Probe("slow", _ => { }, all: true) { Pause = TimeSpan.FromSeconds(0.1), Whole = true };
        var late = new Probe("late", _ => { }) { Pause = TimeSpan.FromSeconds(0.1), Whole = true };
        Run([slow, late], TimeSpan.FromSeconds(0.15), 6);
        // Two by themselves, to learn from; then the others together.
        Assert.Equal([[0], [1], [2, 3, 4, 5]], slow.Groups);
        Assert.Equal([[0], [1]], late.Groups.Take(2));
        Assert.All(late.Groups.Skip(2), group => Assert.DoesNotContain(group, position => position < 2));
    }

    [Fact]
    public void AWalkThatFindsNoEndIsGivenUp()
    {
        var endless = new Probe("endless", _ => Endless(), all: true) { Whole = true };
        var after = new Probe("after", sample => sample.Refute("after", null));
        var settled = Run([endless, after], TimeSpan.FromSeconds(0.1), 5);
        // Two by themselves; what they took, and more, the others have not.
        Assert.Equal([[0], [1]], endless.Groups);
        Assert.Equal([[2, 3, 4]], after.Groups);
        Assert.All(settled.Where(sample => sample.Position < 2), sample =>
        {
            Assert.Equal(Verdict.Unknown, sample.Verdict);
            Assert.Equal(["endless"], sample.Times.Select(time => time.Name));
        });

        static void Endless()
        {
            while (true)
            {
                WalkLimit.ThrowIfOver();
            }
        }
    }

    [Fact]
    public void TheCascadeIsAsGoodAsItsStages()
    {
        var single = Enum.GetValues<CertificationMethod>().Where(method => method < CertificationMethod.Bab)
            .ToDictionary(method => method, method => Certify(method).Records);
        var auto = Certify(CertificationMethod.Auto);
        Assert.True(auto.IsComplete);
        foreach (var record in auto.Records)
        {
            var one = single[CertificationMethod.SIbp][record.Position];
            bool interval = one.Verdict.IsByBounds(), linear = single[CertificationMethod.SCrown][record.Position].Verdict.IsByBounds();
            Assert.Equal(one.Prediction, record.Prediction);
            Assert.Equal(interval, record is { DecidedBy: "s-ibp", Verdict: Verdict.Bounded });
            Assert.Equal(!interval && linear, record is { DecidedBy: "s-crown", Verdict: Verdict.Bounded });
            Assert.Equal(one.DecidedBy == "prediction", record.DecidedBy == "prediction");
            Assert.Equal(record.DecidedBy is null, record.Verdict == Verdict.Unknown);
            Assert.Equal(record.Verdict == Verdict.Unknown, record.Unstable is not null);
            Assert.Equal(record.DecidedBy ?? record.Stages[^1].Name, record.Stages[^1].Name);
            Assert.Equal(record.Seconds, record.Stages.Sum(stage => stage.Seconds), 1e-6);
            if (record.Verdict.IsByBounds())
            {
                Assert.All(record.LowerBounds, bound => Assert.True(record.Setting.Proves(bound)));
            }
        }

        string[] order = ["prediction", "s-ibp", "s-crown", "alpha", "pgd", "bab"];
        Assert.All(auto.Records, record => Assert.Equal(order.Take(record.Stages.Length), record.Stages.Select(stage => stage.Name)));
        Assert.Equal(order, auto.Summary.Stages.Select(stage => stage.Name));
        Assert.Equal(1, auto.Summary.BoundedAccuracy + auto.Summary.Falsified + auto.Summary.Unknown, 9);
        Assert.Equal(0, auto.Summary.CertifiedAccuracy);
        Assert.Contains(auto.Records, record => record.DecidedBy == "pgd");
    }

    [Fact]
    public void EveryCounterexampleReplays()
    {
        using var folder = new TemporaryFolder();
        var certifier = new Certifier(network, Box, CertificationMethod.Auto) { Precision = Precision.Float32, Alpha = new() { Iterations = 2 }, MostSubproblems = 2 };
        using var file = RecordFile<CertificateRecord>.Create(folder["a.jsonl"]);
        var report = certifier.Run(Data, file);
        int replayed = 0;
        foreach (var record in report.Records.Where(record => record.Verdict == Verdict.Falsified))
        {
            using var scope = NewDisposeScope();
            var sample = Data.Inputs(record.Position).to(ScalarType.Float64);
            if (record.Counterexample is not { } found)
            {
                Assert.Equal("prediction", record.DecidedBy);
                Assert.True(Margins.FromLogits(network.forward(sample), Data.LabelsAt(record.Position)).min().item<double>() <= 0);
                continue;
            }

            using var stored = SafeTensors.Read(RecordFolders.Counterexample(folder["a.jsonl"], record.Index));
            var point = stored.Tensors["input"];
            Assert.Equal(sample.shape, point.shape);
            var logits = network.forward(point);
            var margins = Margins.FromLogits(logits, Data.LabelsAt(record.Position));
            Assert.True(margins.min().item<double>() <= 0);
            Assert.Equal(found.Margins, margins.to(ScalarType.Float32).data<float>().ToArray());
            Assert.Equal(found.Prediction, Margins.Predict(logits).item<long>());
            Assert.Equal((point - sample).abs().max().item<double>(), found.Distance);
            Assert.InRange(found.Distance, 0, 0.1 + 1e-6);
            replayed++;
        }

        Assert.True(replayed > 2, $"Only {replayed} counterexamples were put to the test.");
        Assert.Empty(Chain.Violations(report.Records));
    }

    [Fact]
    public void AStoppedRunKeepsWhatIsDone()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var certifier = new Certifier(network, Box, CertificationMethod.SIbp) { Precision = Precision.Float32, BatchSize = 5 };
        CertificationReport stopped;
        using (var file = RecordFile<CertificateRecord>.Create(folder["a.jsonl"]))
        {
            stopped = certifier.Run(Data, file, progress: new Listener(now =>
            {
                if (now.Done == 10)
                {
                    stop.Cancel();
                }
            }), cancellation: stop.Token);
        }

        Assert.False(stopped.IsComplete);
        Assert.Equal((10, 40), (stopped.Records.Count, stopped.Summary.Samples));
        Assert.True(stopped.Summary.Unknown >= 0.75);
        var seen = new List<EvaluationProgress>();
        using (var file = RecordFile<CertificateRecord>.Resume(folder["a.jsonl"], certifier.Setting(Data)))
        {
            var resumed = certifier.Run(Data, file, progress: new Listener(seen.Add));
            Assert.True(resumed.IsComplete);
            Assert.Equal(Enumerable.Range(11, 30), seen.Select(now => now.Done));
            // What the first run did took none of this one's time.
            Assert.All(seen, now => Assert.Equal((10, now.Elapsed * ((40 - now.Done) / (double)(now.Done - 10))), (now.Before, now.Remaining)));
            Assert.Equal(certifier.Run(Data).Records.Select(record => record.Verdict), resumed.Records.Select(record => record.Verdict));
        }
    }

    /// <summary>A point that lies outside of the box by one unit in the last place refutes nothing.</summary>
    [Fact]
    public void OnlyPointsOfTheSetRefute()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var data = SampleBatch.Load(network, Data, [0]);
        int wrong = (int)(Margins.Predict(network.forward(data.Inputs)).item<long>() + 1) % 3;
        var (lower, upper) = Box.Box(data.Inputs);
        foreach (var (point, holds) in new[] { (upper, true), (lower, true), (Beside(upper, 2), false), (Beside(lower, -1), false) })
        {
            var sample = new SampleState { Position = 0, Index = 0, Label = wrong };
            new OpenBatch(network, Box, [sample], data).Offer(0, point, "attack");
            Assert.Equal(holds, sample.Verdict == Verdict.Falsified);
        }

        Tensor Beside(Tensor end, double side)
        {
            var point = end.clone();
            point.view(-1)[7] = nextafter(end, full_like(end, side)).view(-1)[7];
            return point;
        }
    }

    /// <summary>Of recordings whose spikes move, only one in which each moved no further than it may, and no more of them than may.</summary>
    [Theory]
    [InlineData("the recording", true), InlineData("one by two steps", true), InlineData("two by a step", true), InlineData("one by three steps", false)]
    [InlineData("three by a step", false), InlineData("one more", false), InlineData("one less", false), InlineData("to another pixel", false)]
    [InlineData("half a spike", false), InlineData("two in one bin", false), InlineData("behind the last step", false), InlineData("no number", false)]
    public void OnlyRetimedRecordingsRefute(string what, bool holds)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var events = new TinyNetwork(Encoding.Spikes, 5, [1, 2, 2], 8, 3, seed: 1);
        // A frame more than the network runs for, with no spike of pixel 3 in any.
        var recording = zeros([6, 1, 1, 2, 2], events.parameters().First().dtype);
        foreach (var (t, pixel) in new[] { (1, 0), (3, 1), (2, 2), (4, 2) })
        {
            recording.view(6, 4)[t, pixel] = 1;
        }

        var point = recording.clone();
        foreach (var (t, pixel, value) in what switch
        {
            "one by two steps" => [(1, 0, 0f), (3, 0, 1f)],
            "two by a step" => [(1, 0, 0f), (0, 0, 1f), (3, 1, 0f), (4, 1, 1f)],
            "one by three steps" => [(1, 0, 0f), (4, 0, 1f)],
            "three by a step" => [(1, 0, 0f), (0, 0, 1f), (3, 1, 0f), (4, 1, 1f), (2, 2, 0f), (1, 2, 1f)],
            "one more" => [(0, 0, 1f)],
            "one less" => [(1, 0, 0f)],
            "to another pixel" => [(1, 0, 0f), (1, 3, 1f)],
            "half a spike" => [(1, 0, 0.5f), (2, 0, 0.5f)],
            "two in one bin" => [(2, 2, 0f), (4, 2, 2f)],
            "behind the last step" => [(4, 2, 0f), (5, 2, 1f)],
            "no number" => [(1, 0, float.NaN)],
            _ => new (int, int, float)[0],
        })
        {
            point.view(6, 4)[t, pixel] = value;
        }

        Assert.Equal(holds, new SpikeRetiming(2, moves: 2).Holds(events, recording, point, new[] { 0L }));
        var sample = new SampleState { Position = 0, Index = 0, Label = (int)(Margins.Predict(events.forward(point.nan_to_num())).item<long>() + 1) % 3 };
        new OpenBatch(events, new SpikeRetiming(2, moves: 2), [sample], new(recording, tensor(new[] { (long)sample.Label }), new[] { 0L })).Offer(0, point.nan_to_num(), "attack");
        Assert.Equal(holds, sample.Verdict == Verdict.Falsified);
    }

    [Fact]
    public void FlipsGoThroughTheCascadeToo()
    {
        using var flipped = new TinyNetwork(Encoding.Direct, 4, [1, 6, 6], 12, 3, seed: 3);
        Assert.Throws<ArgumentException>(() => new Certifier(flipped, new SpikeFlips(1), CertificationMethod.Auto) { Precision = Precision.Float32 }.Run(Data));
    }

    private CertificationReport Certify(CertificationMethod method) => new Certifier(network, Box, method)
    {
        Precision = Precision.Float32,
        Alpha = new() { Iterations = 3 },
        // Not the clock: a busy machine must not change what is tested.
        TimeLimit = TimeSpan.FromMinutes(10),
        MostSubproblems = 2,
    }.Run(Data);

    private IReadOnlyList<SampleState> Run(IReadOnlyList<CertificationStage> stages, TimeSpan limit, int count)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        int[] positions = [.. Enumerable.Range(0, count)];
        var samples = positions.Select(position => new SampleState { Position = position, Index = position, Label = 0 }).ToArray();
        return [.. new CertificationCascade(stages, Guard.Plain, limit).Run(
            new(network, Box, samples, SampleBatch.Load(network, Data, positions)), CancellationToken.None)];
    }

    private sealed class Listener(Action<EvaluationProgress> tell) : IProgress<EvaluationProgress>
    {
        public void Report(EvaluationProgress value) => tell(value);
    }

    private sealed class Probe(string name, Action<SampleState> work, bool all = false) : CertificationStage
    {
        public List<int[]> Groups { get; } = [];

        public int Size { get; init; } = int.MaxValue;

        public TimeSpan Pause { get; init; }

        public bool Whole { get; init; }

        public override bool IsWhole => Whole;

        public TimeSpan Allowance { get; private set; }

        public override string Name => name;

        public override int GroupSize(OpenBatch batch) => Size;

        public override void Run(OpenBatch batch, TimeSpan allowance, CancellationToken cancellation)
        {
            Groups.Add([.. batch.Samples.Select(sample => sample.Position)]);
            Assert.Equal(Groups[^1].Select(position => (long)position), batch.Data.Indices.ToArray());
            Allowance = allowance;
            Thread.Sleep(Pause);
            foreach (var sample in batch.Samples)
            {
                if (all)
                {
                    sample.Predicted([1, 0], 0);
                }

                work(sample);
            }
        }
    }
}
