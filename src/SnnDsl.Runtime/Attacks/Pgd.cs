using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// Projected gradient descent in a box (Madry et al. 2018) on the margin over the most dangerous rival. It starts from the input,
/// then from a corner that the linear relaxation points to, then from random points.
/// </summary>
public sealed class Pgd : BoxAttack
{
    /// <summary>Creates the attack.</summary>
    /// <param name="perturbation">The box that is searched.</param>
    public Pgd(BoxPerturbation perturbation)
        : base(perturbation)
    {
    }

    /// <inheritdoc/>
    public override string Name => Gradients.Named("pgd");

    /// <summary>How many gradient steps each start takes.</summary>
    public int Steps { get; init; } = 20;

    /// <summary>How often the search starts: from the input itself, from the relaxation's corner, and else from random points.</summary>
    public int Restarts { get; init; } = 3;

    /// <summary>How far a step moves a pixel; null for 2.5 times as far as the box reaches, divided by the steps.</summary>
    public double? StepSize { get; init; }

    /// <summary>What stands for a spike's gradient.</summary>
    public GradientEstimator Gradients { get; init; } = GradientEstimator.Surrogate;

    internal override void Search(AttackSearch search)
    {
        for (int start = 0; start < Restarts; start++)
        {
            using var scope = NewDisposeScope();
            var samples = search.Standing;
            if (samples.Length == 0)
            {
                return;
            }

            var points = start switch
            {
                0 => search.Inputs(samples),
                1 => RelaxedPoint.Offer(search, samples, Perturbation, Corner(search.Inputs(samples), Box(search, samples))),
                _ => RandomStart(search, samples, start),
            };
            Descend(search, samples, points, start);
        }
    }

    private void Descend(AttackSearch search, long[] samples, Tensor points, int start)
    {
        var inputs = search.Inputs(samples);
        var box = Box(search, samples);
        var sizes = StepSize is { } size ? inputs.Filled(size) : SignSteps.Reach(inputs, box).Times(2.5 / Steps);
        for (int step = 0; step < Steps && samples.Length > 0; step++)
        {
            var gradient = new AttackNoise(Seed).OrRandom(search.Gradient(samples, points, Gradients), search.Indices(samples), start, step);
            points = SignSteps.Step(points, gradient, sizes, box);
            search.Offer(samples, points);
            int before = samples.Length;
            var rows = search.StillStanding(samples, out samples);
            if (samples.Length < before)
            {
                points = points.index_select(0, rows);
                sizes = sizes.index_select(0, rows);
                box = new(box.Lower.index_select(0, rows), box.Upper.index_select(0, rows));
            }
        }
    }

    private static Func<Tensor, Tensor> Corner(Tensor inputs, Interval box)
    {
        var (lower, upper) = box;
        return coefficients =>
        {
            // Poisson spikes have coefficients for every step; a pixel moves them all.
            var slope = (coefficients.dim() > inputs.dim() + 1 ? coefficients.sum(0L) : coefficients).squeeze(1);
            return where(slope.IsAbove(0), lower, where(slope.IsBelow(0), upper, inputs));
        };
    }

    private Tensor RandomStart(AttackSearch search, long[] samples, int start)
    {
        var indices = search.Indices(samples);
        var points = new AttackNoise(Seed).Point(Box(search, samples), indices, start);
        search.Offer(samples, points);
        return points;
    }
}
