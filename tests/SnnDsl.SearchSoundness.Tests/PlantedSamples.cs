using System.Security.Cryptography;
using SnnDsl.Bounds;
using SnnDsl.Data;
using SnnDsl.Perturbations;
using SnnDsl.Soundness.Tests.Networks;
using SnnDsl.Soundness.Tests.Reference;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>
/// Samples that a network is right on, and wrong or tied at a point of their set that is known: nobody may certify one of them. Points are
/// corners, insides, single flips and retimed recordings, and each is run by the network.
/// </summary>
/// <param name="Inputs">The samples, in the subject's precision; those whose worst known margin is closest to 0 first.</param>
/// <param name="Labels">What the network says of them, int64.</param>
/// <param name="Indices">Their indices, which Poisson noise depends on.</param>
internal sealed record PlantedSamples(Tensor Inputs, Tensor Labels, long[] Indices)
{
    private const int Drawn = 160;
    private const int Points = 24;
    private const int Retimings = 3;
    private const int Kept = 40;

    public int Count => Indices.Length;

    /// <summary>What networks are drawn from, until one takes a plant: some answer the same everywhere.</summary>
    public static IEnumerable<int> Seeds => Enumerable.Range(17, 8);

    /// <summary>Plants.</summary>
    /// <param name="subject">The network, which answers in its own precision.</param>
    /// <param name="perturbation">What may change.</param>
    public static PlantedSamples Of(Subject subject, Perturbation perturbation)
    {
        int time = TimeDimension(subject);
        var inputs = subject.Inputs(Drawn).to(float32).to(subject.Platform.Type);
        long[] indices = [.. Enumerable.Range(0, Drawn).Select(i => (long)i)];
        var own = subject.Module.forward(inputs, indices);
        var labels = Margins.Predict(own);
        var right = Margins.FromLogits(own, labels).amin([1L]) > 0;
        var worst = full([Drawn], float.NegativeInfinity, own.dtype);
        foreach (var points in Draws(subject, perturbation, inputs))
        {
            var margins = Margins.FromLogits(subject.Module.forward(points, indices), labels).amin([1L]);
            // Of the violations the least: ties, and regions that are small.
            worst = where(margins.le(0), maximum(worst, margins), worst);
        }

        var planted = right.logical_and(worst.isfinite());
        var order = where(planted, worst, full_like(worst, float.NegativeInfinity)).argsort(0, descending: true);
        var chosen = order.narrow(0, 0, Math.Min(Kept, planted.sum().item<long>()));
        return new(inputs.index_select(time, chosen).contiguous(), labels.index_select(0, chosen), chosen.data<long>().ToArray());
    }

    /// <summary>The first few as a data set, float32.</summary>
    /// <param name="subject">The network.</param>
    /// <param name="most">How many at most.</param>
    public Dataset Dataset(Subject subject, int most)
    {
        int count = Math.Min(most, Count), time = TimeDimension(subject);
        return new(
            "planted", "test", "a test", isEmbedded: false, subject.Blueprint.Classes, new Store(Inputs.narrow(time, 0, count).to(float32), time == 1),
            Labels.narrow(0, 0, count).data<long>().ToArray(), Indices[..count]);
    }

    private static IEnumerable<Tensor> Draws(Subject subject, Perturbation perturbation, Tensor inputs)
    {
        var sets = perturbation is SpikeRetiming ? subject.ReferenceSets(perturbation, inputs) : [];
        // The reference retimes sample by sample, slowly.
        return Enumerable.Range(0, perturbation is SpikeRetiming ? Retimings : Points).Select(turn =>
        {
            var random = subject.Uniform(inputs.shape);
            return perturbation switch
            {
                LInfinity box => InBox(box, inputs, random, turn),
                SpikeFlips flips => Flipped(flips, inputs, random),
                SpikeRetiming => Retimed(sets, random - 0.5).to(inputs.dtype),
                _ => throw new ArgumentException($"No points are known of {perturbation}."),
            };
        });
    }

    private static Tensor InBox(LInfinity box, Tensor inputs, Tensor random, int turn)
    {
        var (lower, upper) = box.Box(inputs);
        var share = (turn % 3) switch { 0 => random.round(), 1 => random, _ => (random * 3 - 1).clamp(0, 1) };
        return maximum(minimum(lower + (upper - lower) * share.to(inputs.dtype), upper), lower);
    }

    // The entries with the highest scores of those that may be flipped, sample by sample.
    private static Tensor Flipped(SpikeFlips flips, Tensor inputs, Tensor random)
    {
        var may = flips.Mode switch { FlipMode.Insert => inputs.eq(0), FlipMode.Delete => inputs.gt(0), _ => ones_like(inputs, @bool) };
        var scores = where(may, random, full_like(random, -1)).transpose(0, 1).flatten(1);
        var best = scores.topk(flips.Count, 1).indexes;
        var mask = zeros_like(scores).scatter(1, best, ones_like(best, scores.dtype)).mul((scores >= 0).to(scores.dtype));
        var flipped = mask.view([inputs.shape[1], inputs.shape[0], .. inputs.shape[2..]]).transpose(0, 1).to(inputs.dtype);
        return (inputs - flipped).abs();
    }

    // The recordings at which random linear forms are least.
    private static Tensor Retimed(IReadOnlyList<IInputSet> sets, Tensor coefficients) => stack(
        sets.Select((set, b) => stack(set.Worst(Values.Sample(coefficients, b)).Select(step => tensor(step, float64))).view(coefficients.select(1, b).shape)), 1);

    private static int TimeDimension(Subject subject) => subject.Blueprint.Encoding == Encoding.Spikes ? 1 : 0;

    private sealed class Store(Tensor inputs, bool recordings) : SampleStore
    {
        public override long[] InputShape => recordings ? [inputs.shape[0], .. inputs.shape[2..]] : inputs.shape[1..];

        public override Tensor Inputs(ReadOnlySpan<int> rows) =>
            inputs.index_select(recordings ? 1 : 0, tensor(rows.ToArray().Select(row => (long)row).ToArray())).DetachFromDisposeScope();

        public override string Hash(int row) => Convert.ToHexStringLower(SHA256.HashData(inputs.select(recordings ? 1 : 0, row).contiguous().bytes));
    }
}
