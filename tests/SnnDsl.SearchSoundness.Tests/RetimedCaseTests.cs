using SnnDsl.Certification.Search;
using SnnDsl.Certification.Search.Inputs;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Search;

/// <summary>Retimed recordings some of whose entries are decided, beside all recordings that are left, tried one by one.</summary>
public class RetimedCaseTests
{
    private const int Pixels = 3, Rows = 4;

    [Fact]
    public void CasesAreThoseOfTheEnumeration()
    {
        using var scope = NewDisposeScope();
        set_num_threads(1);
        var random = new Random(5);
        int empty = 0, decided = 0;
        for (int trial = 0; trial < 150; trial++)
        {
            int steps = 2 + random.Next(4), jitter = 1 + random.Next(2);
            int? moves = random.Next(3) == 0 ? null : random.Next(4);
            double[] recorded = [.. Enumerable.Range(0, steps * Pixels).Select(_ => random.NextDouble() < 0.45 ? 1.0 : 0)];
            var sample = tensor(recorded).view(steps, 1, Pixels);
            var set = SearchSet.Of(new RetimedInput(sample, jitter, moves), sample, steps);
            var members = All(recorded, steps, jitter, moves);
            var layer = Layer(steps, random);
            for (int depth = 0; depth < 2 * steps && members.Count > 0; depth++)
            {
                Check(set, members, layer, random);
                var split = Split.Entry(random.Next(steps), random.Next(Pixels));
                int at = (split.Step * Pixels) + split.Unit;
                bool second = random.Next(2) == 0;
                var rest = members.Where(member => member[at] != recorded[at] == second).ToList();
                var part = set.Cut(split, second);
                // What is left is known exactly: a side is called empty if it is, and only then.
                Assert.Equal(rest.Count == 0, part is null);
                (empty, decided) = (empty + (part is null ? 1 : 0), decided + (rest.Count == 1 ? 1 : 0));
                (set, members) = part is null ? (set, members) : (part, rest);
            }
        }

        Assert.True(empty > 50 && decided > 20);
    }

    private static void Check(SearchSet set, List<double[]> members, OpenLayer layer, Random random)
    {
        double[] form = [.. members[0].Select(_ => random.Next(-8, 9) / 8.0)], x = new double[form.Length];
        double least = set.Least(form, x);
        Assert.Equal(members.Min(member => Product(form, member)), least, 1e-12);
        Assert.Contains(members, member => member.SequenceEqual(x));
        Assert.Equal(least, Product(form, x), 1e-12);

        double[] low = new double[layer.Steps * Rows], high = new double[low.Length], row = new double[Pixels];
        set.Currents(layer, low, high);
        bool isSplit = set.Promising(form) is { } split && set.Cut(split, false) is not null && set.Cut(split, true) is not null;
        Assert.Equal(members.Count > 1, isSplit);
        for (int at = 0; at < low.Length; at++)
        {
            layer.Weights.Row(at % Rows, row);
            double[] currents = [.. members.Select(member => Product(row, member.AsSpan(at / Rows * Pixels, Pixels)))];
            Assert.True(low[at] <= currents.Min() && currents.Max() <= high[at]);
            // One recording has one current.
            Assert.True(members.Count > 1 || high[at] - low[at] < 1e-6);
        }
    }

    private static OpenLayer Layer(int steps, Random random) => new(
        new NeuronParameters(0.5f, 0.5f, Reset.Hard, 0, Surrogate.Rectangular, 1), [.. Enumerable.Range(0, Rows)],
        new Matrix(Rows, Pixels, [.. Enumerable.Range(0, Rows * Pixels).Select(_ => random.NextDouble() - 0.5)]), new double[steps * Rows],
        isConstant: false, steps, [.. Enumerable.Repeat((double)Pixels, Rows)], new double[Rows], isRounded: false);

    private static List<double[]> All(double[] recorded, int steps, int jitter, int? moves)
    {
        var trains = new Reference.RetimedSet(
            [.. Enumerable.Range(0, steps).Select(t => recorded[(t * Pixels)..((t + 1) * Pixels)])], jitter, moves).Trains;
        List<(int[] Trains, int Gained)> found = [([], 0)];
        foreach (var pixel in trains)
        {
            found = [.. found.SelectMany(known => pixel.Select(train => ((int[])[.. known.Trains, train.Train], known.Gained + train.Gained)))];
        }

        return [.. found.Where(known => known.Gained <= (moves ?? int.MaxValue)).Select(known =>
            Enumerable.Range(0, steps * Pixels).Select(at => (double)(known.Trains[at % Pixels] >> (at / Pixels) & 1)).ToArray())];
    }

    private static double Product(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }

        return sum;
    }
}
