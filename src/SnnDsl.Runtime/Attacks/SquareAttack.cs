using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// The square attack (Andriushchenko et al. 2020) in a box: random squares of pixels are set to an end of the box, channel by channel, and stay
/// where the margin does not grow. It knows no gradient, so that no surrogate can mislead it.
/// </summary>
public sealed class SquareAttack : BoxAttack
{
    // The share of the pixels in a square, and after which of 10,000 queries it is halved: the authors' schedule.
    private const double FirstShare = 0.8;

    private static readonly int[] halvings = [10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000];

    /// <summary>Creates the attack.</summary>
    /// <param name="perturbation">The box that is searched.</param>
    public SquareAttack(BoxPerturbation perturbation)
        : base(perturbation)
    {
    }

    /// <inheritdoc/>
    public override string Name => "square";

    /// <summary>How many forward passes of a sample it takes at most.</summary>
    public int Queries { get; init; } = 300;

    internal override void Search(AttackSearch search)
    {
        using var scope = NewDisposeScope();
        var samples = search.Standing;
        if (samples.Length == 0)
        {
            return;
        }

        var noise = new AttackNoise(Seed);
        var shape = search.Inputs(samples).shape;
        // A vector is an image of one row.
        var (channels, width) = (shape.Length > 2 ? shape[1] : 1, shape[^1]);
        long height = shape[1..].Aggregate(1L, (a, b) => a * b) / channels / width;
        var (lower, upper) = Box(search, samples);
        (lower, upper) = (lower.reshape(-1, channels, height, width), upper.reshape(-1, channels, height, width));
        var points = where(noise.Uniform([channels, 1, width], lower, search.Indices(samples), 0, -1).IsBelow(0.5), lower, upper);
        var margins = search.Offer(samples, points.view([-1, .. shape[1..]]));
        for (int query = 1; query < Queries; query++)
        {
            var rows = search.StillStanding(samples, out samples);
            search.Cancellation.ThrowIfCancellationRequested();
            if (samples.Length == 0)
            {
                return;
            }

            using var round = NewDisposeScope();
            (points, margins, lower, upper) = (points.index_select(0, rows), margins.index_select(0, rows), lower.index_select(0, rows), upper.index_select(0, rows));
            var (rowsOf, columnsOf) = Square(query, height, width);
            var draws = noise.Uniform([2 + channels], lower, search.Indices(samples), 0, query);
            var inside = Within(draws.narrow(1, 0, 1), rowsOf, height).view([-1, 1, height, 1]) & Within(draws.narrow(1, 1, 1), columnsOf, width).view([-1, 1, 1, width]);
            var ends = where(draws.narrow(1, 2, channels).view([-1, channels, 1, 1]).IsBelow(0.5), lower, upper);
            var tried = where(inside, ends, points);
            var margin = search.Offer(samples, tried.view([-1, .. shape[1..]]));
            // Spikes are counted: what changes nothing yet may be the way to what does.
            var stays = margin <= margins;
            points = where(stays.view([-1, 1, 1, 1]), tried, points).MoveToOuterDisposeScope();
            margins = minimum(margins, margin).MoveToOuterDisposeScope();
            (lower, upper) = (lower.MoveToOuterDisposeScope(), upper.MoveToOuterDisposeScope());
        }
    }

    private (long Rows, long Columns) Square(int query, long height, long width)
    {
        double share = FirstShare / Math.Pow(2, halvings.Count(after => query > after * (double)Queries / 10000));
        long rows = Math.Clamp((long)Math.Round(Math.Sqrt(share * height * width)), 1, height);
        return (rows, Math.Clamp((long)Math.Round(share * height * width / rows), 1, width));
    }

    // Of each sample the places of a run of so many that begins where a number in [0, 1) says, [samples, size].
    private static Tensor Within(Tensor draw, long run, long size)
    {
        var first = draw.Times(size - run + 1).floor();
        var places = HeldScalars.Count(0, size, 1, draw.dtype, draw.device).unsqueeze(0);
        return (places >= first) & (places < first.Plus(run));
    }
}
