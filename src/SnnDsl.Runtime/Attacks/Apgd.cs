using SnnDsl.Bounds;
using SnnDsl.Kernels;
using SnnDsl.Perturbations;
using static TorchSharp.torch;

namespace SnnDsl.Attacks;

/// <summary>
/// Auto-PGD (Croce and Hein 2020) in a box, on the margin over the most dangerous rival: steps with momentum that begin as far as the box is
/// wide and are halved, sample by sample, wherever they no longer help; then the search goes on from the best point so far.
/// </summary>
public sealed class Apgd : BoxAttack
{
    // How much of a step is the gradient's; the rest is what the last step did.
    private const double Fresh = 0.75;

    // Steps are long enough while so large a share of them lowers the margin.
    private const double Helpful = 0.75;

    /// <summary>Creates the attack.</summary>
    /// <param name="perturbation">The box that is searched.</param>
    public Apgd(BoxPerturbation perturbation)
        : base(perturbation)
    {
    }

    /// <inheritdoc/>
    public override string Name => Gradients.Named("apgd");

    /// <summary>How many gradient steps each start takes.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>How often the search starts, each time from another random point.</summary>
    public int Restarts { get; init; } = 1;

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

            Descend(search, samples, start);
        }
    }

    private void Descend(AttackSearch search, long[] samples, int start)
    {
        var noise = new AttackNoise(Seed);
        var inputs = search.Inputs(samples);
        var box = Box(search, samples);
        var point = noise.Point(box, search.Indices(samples), start);
        var margin = search.Offer(samples, point);
        var state = new Walk(
            box, SignSteps.Reach(inputs, box), point, point, point, margin, margin, zeros_like(margin), margin.Filled(2), margin.Filled(2), margin);
        var (checks, last) = (Checks(), 0);
        for (int step = 0; step < Steps; step++)
        {
            var rows = search.StillStanding(samples, out samples);
            if (samples.Length == 0)
            {
                return;
            }

            state = state.Select(rows);
            var gradient = noise.OrRandom(search.Gradient(samples, state.Point, Gradients), search.Indices(samples), start, step);
            var next = SignSteps.Step(state.Point, gradient, state.Reach * state.Each(state.Length), state.Box);
            if (step > 0)
            {
                var drift = state.Point.Plus((next - state.Point).Times(Fresh)).Plus((state.Point - state.Before).Times(1 - Fresh));
                next = minimum(maximum(drift, state.Box.Lower), state.Box.Upper);
            }

            state = state.Reached(next, search.Offer(samples, next));
            if (checks.Contains(step + 1))
            {
                state = state.Checked(Helpful * (step + 1 - last));
                last = step + 1;
            }
        }
    }

    // The steps after which lengths are looked at: at 22 % of them, then after ever fewer.
    private HashSet<int> Checks()
    {
        HashSet<int> checks = [];
        for (double before = 0, now = 0.22; now <= 1; (before, now) = (now, now + Math.Max(now - before - 0.03, 0.06)))
        {
            checks.Add((int)Math.Ceiling(now * Steps));
        }

        return checks;
    }

    /// <summary>Where every sample's search stands.</summary>
    /// <param name="Box">The box.</param>
    /// <param name="Reach">How far it reaches from the input.</param>
    /// <param name="Point">The point.</param>
    /// <param name="Before">The point before it.</param>
    /// <param name="Best">The best point of this start.</param>
    /// <param name="Margin">The point's margin, [samples] as all that follows.</param>
    /// <param name="Least">The best point's margin.</param>
    /// <param name="Helped">How many steps since the last check lowered the margin.</param>
    /// <param name="Length">How long a step is, in units of the reach.</param>
    /// <param name="LengthThen">The same before the last check.</param>
    /// <param name="LeastThen">The least margin at the last check.</param>
    private sealed record Walk(
        Interval Box, Tensor Reach, Tensor Point, Tensor Before, Tensor Best, Tensor Margin, Tensor Least, Tensor Helped, Tensor Length, Tensor LengthThen,
        Tensor LeastThen)
    {
        /// <summary>A number for each sample, to meet its pixels.</summary>
        public Tensor Each(Tensor numbers) => numbers.view([-1, .. Enumerable.Repeat(1L, (int)Point.dim() - 1)]);

        public Walk Select(Tensor rows)
        {
            Tensor Of(Tensor all) => all.index_select(0, rows);
            return new(
                new(Of(Box.Lower), Of(Box.Upper)), Of(Reach), Of(Point), Of(Before), Of(Best), Of(Margin), Of(Least), Of(Helped), Of(Length),
                Of(LengthThen), Of(LeastThen));
        }

        public Walk Reached(Tensor next, Tensor margin) => this with
        {
            Before = Point,
            Point = next,
            Best = where(Each(margin < Least), next, Best),
            Least = minimum(Least, margin),
            Helped = Helped.Plus((margin < Margin).to(Helped.dtype)),
            Margin = margin,
        };

        // Half as long where too few steps helped, or where nothing came of as long ones since the last check.
        public Walk Checked(double enough)
        {
            var halve = Helped.IsBelow(enough) | (Length.eq(LengthThen) & Least.eq(LeastThen));
            var back = Each(halve);
            return this with
            {
                Point = where(back, Best, Point),
                Before = where(back, Best, Before),
                Margin = where(halve, Least, Margin),
                Helped = zeros_like(Helped),
                Length = where(halve, Length.Times(0.5), Length),
                LengthThen = Length,
                LeastThen = Least,
            };
        }
    }
}
