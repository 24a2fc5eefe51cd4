using SnnDsl.Affine;
using SnnDsl.Attacks;
using SnnDsl.Bounds;
using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Exact;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>Retimed recordings so small that every one of them is tried.</summary>
public class RetimingTests
{
    private static readonly (int Jitter, int? Moves)[] Budgets =
        [(0, null), (1, null), (2, null), (9, null), (1, 0), (1, 1), (1, 2), (2, 1), (2, 3), (3, 2), (9, 100)];

    public static TheoryData<string> Networks => [nameof(EventsTiny), nameof(EventsTinyConv)];

    /// <summary>No membrane and no margin of any retimed recording passes its bounds, by any method.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void BoundsHoldForAllRetimings(string network)
    {
        const int samples = 4;
        foreach (int seed in new[] { 1, 2 })
        {
            using var scope = NewDisposeScope();
            using var subject = new Subject(network, Platform.Double, seed);
            var recordings = subject.Inputs(samples);
            var labels = subject.Labels(samples);
            foreach (var (jitter, moves) in Budgets)
            {
                var perturbed = subject.Perturbed(new SpikeRetiming(jitter, moves), recordings);
                var refined = new MembraneRefiner(subject.Module).Refine(perturbed);
                Tensor[] margins =
                [
                    .. Enum.GetValues<BoundMethod>().Select(method => subject.Module.BoundMargins(perturbed, labels, method)),
                    .. Enum.GetValues<BoundMethod>().Select(method => subject.Module.BoundMargins(perturbed, labels, method, refined)),
                    new SlopeOptimiser(subject.Module, new() { Iterations = 5 }).BoundMargins(perturbed, labels),
                ];
                for (int b = 0; b < samples; b++)
                {
                    var trace = subject.Eager.Run(All(recordings.select(1, b), jitter, moves), subject.Steps);
                    foreach (var bounds in new[] { subject.Module.BoundMembranes(perturbed), refined })
                    {
                        for (int layer = 0; layer < bounds.Membranes.Count; layer++)
                        {
                            var u = trace.Membranes[layer];
                            Assert.True((u >= bounds.Membranes[layer].Lower.select(1, b).unsqueeze(1) - 1e-9).all().item<bool>());
                            Assert.True((u <= bounds.Membranes[layer].Upper.select(1, b).unsqueeze(1) + 1e-9).all().item<bool>());
                        }
                    }

                    int label = (int)labels[b].item<long>();
                    var least = (trace.Logits.narrow(1, label, 1) - trace.Logits).amin([0L]);
                    double[] rivals = [.. Values.Of(least).Where((_, j) => j != label)];
                    Assert.All(margins, bound => Assert.All(
                        Values.Of(bound[b]).Zip(rivals), pair => Assert.True(pair.First <= pair.Second + 1e-9)));
                }
            }
        }
    }

    /// <summary>The least of a linear form on the first steps, and the currents at each step, are the brute-force ones, exactly.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void ConcretisationAndCurrentsAreExact(string network)
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(network, Platform.Double, seed: 4, grid: true);
        var recordings = subject.Inputs(3);
        AffineMap first = network == nameof(EventsTiny)
            ? new LinearMap(subject.Weight("fc1.weight")!, subject.Weight("fc1.bias"))
            : new Conv2dMap(subject.Weight("conv1.weight")!, subject.Weight("conv1.bias"), 1, 0, 1, 2, 3);
        foreach (var (jitter, moves) in Budgets)
        {
            var input = new RetimedInput(recordings, jitter, moves);
            var currents = input.Currents(first);
            for (int b = 0; b < 3; b++)
            {
                var all = All(recordings.select(1, b), jitter, moves);
                var outputs = first.Apply(all);
                Assert.Equal(Values.Of(outputs.amin([1L])), Values.Of(currents.Lower.select(1, b)));
                Assert.Equal(Values.Of(outputs.amax([1L])), Values.Of(currents.Upper.select(1, b)));
                for (int steps = 1; steps <= subject.Steps; steps++)
                {
                    var coefficients = ((subject.Uniform([steps, 3, 2, .. subject.Blueprint.Input]) - 0.5) * 64).round() / 64;
                    var values = (all.narrow(0, 0, steps).unsqueeze(2) * coefficients.select(1, b).unsqueeze(1)).flatten(3).sum(3).sum(0L);
                    Assert.Equal(Values.Of(values.amin([0L])), Values.Of(input.Concretise(coefficients)[b]));
                }
            }
        }
    }

    /// <summary>Longer trains and more pixels, against a knapsack over each pixel's enumerated trains: dense ones, spikes at both ends.</summary>
    [Fact]
    public void LongTrainsAreExact()
    {
        const int pixels = 6;
        using var scope = NewDisposeScope();
        var random = new Random(7);
        for (int trial = 0; trial < 40; trial++)
        {
            int steps = 1 + random.Next(10), jitter = random.Next(5), used = 1 + random.Next(steps);
            int? moves = random.Next(3) == 0 ? null : random.Next(7);
            double density = random.NextDouble();
            double[][] spikes = Grid(steps, (t, _) => random.NextDouble() < density || (trial % 4 == 0 && (t == 0 || t == steps - 1)) ? 1 : 0);
            double[][] coefficients = Grid(used, (_, _) => random.Next(-64, 65) / 64.0);
            var set = new RetimedSet(spikes, jitter, moves);
            var input = new RetimedInput(Stack(spikes).unsqueeze(1), jitter, moves);
            Assert.Equal(((IInputSet)set).Least(coefficients), input.Concretise(Stack(coefficients).view(used, 1, 1, pixels)).item<double>());
            var (lower, upper) = input.Currents(new LinearMap(eye(pixels, dtype: float64), null));
            for (int t = 0; t < steps; t++)
            {
                for (int i = 0; i < pixels; i++)
                {
                    double change = moves is null ? 0 : set.Change(t, i);
                    double[] trains = [.. set.Trains[i].Where(train => train.Gained <= (moves ?? int.MaxValue)).Select(train => (double)(train.Train >> t & 1))];
                    Assert.Equal((trains.Min(), trains.Max()), (lower[t, 0, i].item<double>(), upper[t, 0, i].item<double>()));
                    Assert.True(moves is null || change == 0 == (trains.Min() == trains.Max()));
                }
            }
        }

        double[][] Grid(int steps, Func<int, int, double> value) =>
            [.. Enumerable.Range(0, steps).Select(t => Enumerable.Range(0, pixels).Select(i => value(t, i)).ToArray())];

        static Tensor Stack(double[][] values) => stack(values.Select(step => tensor(step, float64)));
    }

    /// <summary>The derivative of the least value is the recording that has it.</summary>
    [Fact]
    public void WorstRecordingsReachTheLeastValue()
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(nameof(EventsConv), Platform.Double, seed: 4);
        var recordings = subject.Inputs(4);
        foreach (var (jitter, moves) in Budgets)
        {
            var input = new RetimedInput(recordings, jitter, moves);
            var coefficients = subject.Uniform(recordings.shape) - 0.5;
            var worst = input.Worst(coefficients);
            double[] reached = Values.Of((worst * coefficients).transpose(0, 1).flatten(1).sum(1));
            double[] least = Values.Of(input.Concretise(coefficients.unsqueeze(2)));
            Assert.All(reached.Zip(least), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
            for (int b = 0; b < 4; b++)
            {
                var set = new RetimedSet(Values.Sample(recordings, b), jitter, moves);
                double[][] train = Values.Sample(worst, b);
                int gained = 0;
                for (int i = 0; i < set.Trains.Length; i++)
                {
                    int own = Enumerable.Range(0, train.Length).Sum(t => (int)train[t][i] << t);
                    gained += Assert.Single(set.Trains[i], known => known.Train == own).Gained;
                }

                Assert.True(gained <= (moves ?? int.MaxValue));
            }
        }
    }

    /// <summary>The exact margin is the least over all retimings, tried one by one, and its point is one of them.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void TheExactMarginIsThatOfTheEnumeration(string network)
    {
        foreach (int seed in new[] { 1, 2, 3 })
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, Platform.Double, seed);
            var input = subject.Inputs(1);
            foreach (var (jitter, moves) in new (int, int?)[] { (1, null), (2, 1), (0, null) })
            {
                using var exact = new ExactVerifier(subject.Module).Minimise(new SpikeRetiming(jitter, moves), input, 0, 1);
                var all = All(input.select(1, 0), jitter, moves);
                var logits = subject.Module.forward(all);
                double least = (logits[.., 0] - logits[.., 1]).min().item<double>();
                Assert.Equal(least, exact.Value, 1e-4);
                Assert.Equal(least, exact.Replayed!.Value, 1e-4);
                Assert.True((all - exact.Input!).abs().transpose(0, 1).flatten(1).sum(1).eq(0).any().item<bool>());
            }
        }
    }

    /// <summary>Branch and bound: what it proves no retiming breaks, what it refutes one does, and nothing stays open but margins next to 0.</summary>
    [Theory, MemberData(nameof(Networks))]
    public void SearchesDecideAsTheEnumerationDoes(string network)
    {
        foreach (int seed in new[] { 1, 2, 3, 4 })
        {
            using var scope = NewDisposeScope();
            using var guard = no_grad();
            using var subject = new Subject(network, Platform.Double, seed);
            var input = subject.Inputs(1);
            int label = (int)Margins.Predict(subject.Module.forward(input)).item<long>();
            foreach (var (jitter, moves) in new (int, int?)[] { (1, null), (1, 1), (2, 2) })
            {
                var result = new BranchAndBound(subject.Module, new() { TimeLimit = TimeSpan.FromMinutes(1), MostSubproblems = 5000, Threads = 1 })
                    .Run(new SpikeRetiming(jitter, moves), input, label);
                var logits = subject.Module.forward(All(input.select(1, 0), jitter, moves));
                var margins = logits.narrow(1, label, 1) - logits;
                double[] least = [.. Values.Of(margins.amin([0L])).Where((_, j) => j != label)];
                Assert.All(result.LowerBounds.Zip(least), pair => Assert.True(pair.First <= pair.Second + 1e-6));
                Assert.True(!result.Verdict.IsByBounds() || least.Min() > 0);
                Assert.True(result.Verdict != Verdict.Falsified || least.Min() <= 0);
                Assert.True(result.Verdict != Verdict.Unknown || least.Min() is > 0 and <= 1e-4);
            }
        }
    }

    /// <summary>Attacks stay in the set, count their moves, and mostly find what enumeration finds.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AttacksStayInTheSet(bool ensemble)
    {
        int possible = 0, found = 0;
        foreach (var (jitter, moves) in Budgets)
        {
            using var scope = NewDisposeScope();
            using var subject = new Subject(nameof(EventsTiny), Platform.Double, seed: 6);
            // Two frames more than the network reads.
            var inputs = cat([subject.Inputs(30), (subject.Uniform(2, 30, 3) < 0.5).to(float64)], 0);
            var labels = Margins.Predict(subject.Module.forward(inputs));
            SpikeRetiming perturbation = new(jitter, moves);
            var result = (ensemble ? EnsembleAttack.Against(perturbation)! : new SpikeRetimingAttack(perturbation)).Run(subject.Module, inputs, labels);
            for (int b = 0; b < 30; b++)
            {
                var own = result.Inputs.select(1, b);
                var all = All(inputs.narrow(0, 0, 4).select(1, b), jitter, moves);
                Assert.True((all - own.narrow(0, 0, 4).unsqueeze(1)).abs().transpose(0, 1).flatten(1).sum(1).eq(0).any().item<bool>());
                Assert.True(own.narrow(0, 4, 2).equal(inputs.narrow(0, 4, 2).select(1, b)).all().item<bool>());
                Assert.Equal((own - inputs.select(1, b)).clamp(min: 0).sum().item<double>(), result.Distances[b].item<double>());
                bool canBreak = Margins.Predict(subject.Module.forward(all)).ne(labels[b]).any().item<bool>();
                Assert.True(canBreak || !result.Broken[b].item<bool>());
                (possible, found) = (possible + (canBreak ? 1 : 0), found + (result.Broken[b].item<bool>() ? 1 : 0));
            }
        }

        Assert.True(found > 0.6 * possible, $"{found} of {possible} samples that can be broken were.");
    }

    /// <summary>The gradient of the least value, in the coefficients, is what differences say.</summary>
    [Fact]
    public void GradientsAreThoseOfTheLeastValue()
    {
        using var scope = NewDisposeScope();
        using var subject = new Subject(nameof(EventsTiny), Platform.Double, seed: 3);
        var input = new RetimedInput(subject.Inputs(2), 1, 2);
        var coefficients = (subject.Uniform(4, 2, 1, 3) - 0.5).requires_grad_();
        var gradient = autograd.grad([input.Concretise(coefficients).sum()], [coefficients])[0];
        var direction = (subject.Uniform(4, 2, 1, 3) - 0.5) * 1e-6;
        using var guard = no_grad();
        double difference = (input.Concretise(coefficients + direction).sum() - input.Concretise(coefficients - direction).sum()).item<double>() / 2;
        Assert.Equal(difference, (gradient * direction).sum().item<double>(), 1e-12);
    }

    [Fact]
    public void WhatCannotBeRetimedIsRefused()
    {
        using var events = new Subject(nameof(EventsTiny), Platform.Double, seed: 5);
        using var images = new Subject(nameof(HardRectangular), Platform.Double, seed: 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpikeRetiming(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SpikeRetiming(1, -1));
        Assert.Contains("takes images", Assert.Throws<ArgumentException>(() => images.Perturbed(new SpikeRetiming(1), images.Inputs(1))).Message);
        Assert.Contains("other than 0 and 1", Assert.Throws<ArgumentException>(() => events.Perturbed(new SpikeRetiming(1), events.Inputs(1) * 2)).Message);
    }

    // Every recording that retiming makes of one, [T, ...] -> [T, P, ...].
    private static Tensor All(Tensor recording, int jitter, int? moves)
    {
        int steps = (int)recording.shape[0];
        var trains = new RetimedSet([.. Enumerable.Range(0, steps).Select(t => Values.Of(recording[t]))], jitter, moves).Trains;
        List<(int[] Trains, int Gained)> all = [([], 0)];
        foreach (var pixel in trains)
        {
            all = [.. all.SelectMany(before => pixel.Where(train => before.Gained + train.Gained <= (moves ?? int.MaxValue))
                .Select(train => ((int[])[.. before.Trains, train.Train], before.Gained + train.Gained)))];
        }

        return stack(all.Select(one => stack(Enumerable.Range(0, steps).Select(t =>
            tensor(one.Trains.Select(train => (double)(train >> t & 1)).ToArray(), float64)))), 1).view([steps, -1, .. recording.shape[1..]]);
    }
}
