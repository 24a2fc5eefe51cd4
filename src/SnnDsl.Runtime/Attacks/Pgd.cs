using SnnDsl.Encoders;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// Projected gradient descent in l-infinity (Madry et al. 2018) on the margin over the most dangerous rival, with random starts. Every
/// point lies in the very box that the certificate bounds, <see cref="LInfinity.Box"/>.
/// </summary>
public sealed class Pgd : Attack
{
    private readonly LInfinity perturbation;

    /// <summary>Creates the attack.</summary>
    /// <param name="perturbation">The box that is searched.</param>
    public Pgd(LInfinity perturbation) => this.perturbation = perturbation;

    /// <inheritdoc/>
    public override string Name => "pgd";

    /// <inheritdoc/>
    public override Perturbation Perturbation => perturbation;

    /// <summary>How many gradient steps each start takes.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>How often the search starts, each time from another random point of the box; the first start is the input itself.</summary>
    public int Restarts { get; init; } = 2;

    /// <summary>How far a step moves a pixel; null for 2.5 epsilon / steps.</summary>
    public double? StepSize { get; init; }

    private protected override void Search(AttackSearch search)
    {
        for (int start = 0; start < Restarts; start++)
        {
            using var scope = NewDisposeScope();
            var samples = search.Standing;
            if (samples.Length == 0)
            {
                return;
            }

            var points = start == 0 ? search.Inputs(samples) : RandomStart(search, samples, start);
            if (start > 0)
            {
                search.Offer(samples, points);
            }

            Descend(search, samples, points);
        }
    }

    private protected override Tensor Distances(Tensor change) => SignSteps.LargestChange(change);

    private void Descend(AttackSearch search, long[] samples, Tensor points)
    {
        double size = StepSize ?? 2.5 * perturbation.Epsilon / Steps;
        var box = perturbation.Box(search.Inputs(samples));
        for (int step = 0; step < Steps && samples.Length > 0; step++)
        {
            points = SignSteps.Step(points, search.Gradient(samples, points), size, box);
            search.Offer(samples, points);
            int before = samples.Length;
            var rows = search.StillStanding(samples, out samples);
            if (samples.Length < before)
            {
                points = points.index_select(0, rows);
                box = new(box.Lower.index_select(0, rows), box.Upper.index_select(0, rows));
            }
        }
    }

    // A function of seed, start, sample and pixel: a sample is attacked alike in any batch.
    private Tensor RandomStart(AttackSearch search, long[] samples, int start)
    {
        var inputs = search.Inputs(samples);
        var (lower, upper) = perturbation.Box(inputs);
        var share = CounterNoise.Uniform(unchecked(Seed * 31 + start), search.Indices(samples), samples.Length, 1, inputs.shape[1..])
            .squeeze(0).to(inputs.dtype).to(inputs.device);
        return minimum(maximum(lower + (upper - lower) * share, lower), upper);
    }
}
