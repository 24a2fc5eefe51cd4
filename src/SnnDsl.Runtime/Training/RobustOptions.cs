using SnnDsl.Bounds;
using SnnDsl.Networks;
using SnnDsl.Perturbations;

namespace SnnDsl.Training;

/// <summary>
/// The certified part of training: which perturbation, how it grows, and how the loss over its lower bounds is weighed. Exactly one of
/// <see cref="Epsilon"/>, <see cref="Flips"/>, <see cref="Retiming"/> and <see cref="FreeFraction"/> is stated.
/// </summary>
public sealed record RobustOptions
{
    /// <summary>How far a pixel moves at full strength, for networks that take images.</summary>
    public double? Epsilon { get; init; }

    /// <summary>Whether the box is cut to the data's range [0, 1].</summary>
    public bool Clamp { get; init; } = true;

    /// <summary>How many entries are flipped at full strength, for networks that take spikes.</summary>
    public int? Flips { get; init; }

    /// <summary>Which entries may be flipped.</summary>
    public FlipMode FlipMode { get; init; } = FlipMode.Both;

    /// <summary>How many steps a spike moves at full strength, for networks that take spikes.</summary>
    public int? Retiming { get; init; }

    /// <summary>With <see cref="Retiming"/>: how many spikes move at full strength; null for any number.</summary>
    public int? Retimed { get; init; }

    /// <summary>The share of entries that is free at full strength, for networks that take spikes: the paper's training perturbation.</summary>
    public double? FreeFraction { get; init; }

    /// <summary>The share of the run after which the perturbation starts to grow from nothing.</summary>
    public double RampStart { get; init; } = 0.1;

    /// <summary>The share of the run after which it has its full strength, held to the end.</summary>
    public double RampEnd { get; init; } = 0.6;

    /// <summary>How it grows in between.</summary>
    public RampShape Shape { get; init; } = RampShape.Linear;

    /// <summary>The weight of the natural loss.</summary>
    public Ramp NaturalWeight { get; init; } = Ramp.Constant(1);

    /// <summary>The weight of the robust loss.</summary>
    public Ramp RobustWeight { get; init; } = new(0, 1);

    /// <summary>What is lowered: the loss of bounds, or of bounds and attacked samples.</summary>
    public RobustLoss Loss { get; init; } = RobustLoss.Bounds;

    /// <summary>alpha of <see cref="Loss"/>, in [0, 1]: what bounds weigh beside attacked samples, or how large the small box is; of no account for the other losses.</summary>
    public double BoundShare { get; init; } = 0.5;

    /// <summary>How many gradient steps attacked samples are found by.</summary>
    public int AttackSteps { get; init; } = 8;

    /// <summary>The share of S-CROWN in the robust loss, in [0, 1]; the rest is S-IBP's.</summary>
    public Ramp CrownShare { get; init; } = Ramp.Constant(0);

    /// <summary>Which S-CROWN: <see cref="BoundMethod.SCrown"/> or <see cref="BoundMethod.SCrownPaper"/>.</summary>
    public BoundMethod Crown { get; init; } = BoundMethod.SCrown;

    /// <summary>How far the ramp has got.</summary>
    /// <param name="run">The share of the run that is over, in [0, 1].</param>
    /// <returns>In [0, 1].</returns>
    public double Progress(double run) =>
        RampEnd <= RampStart ? (run >= RampEnd ? 1 : 0) : Math.Clamp((run - RampStart) / (RampEnd - RampStart), 0, 1);

    /// <summary>The share of the full perturbation at a progress of the ramp.</summary>
    /// <param name="progress">In [0, 1].</param>
    /// <returns>In [0, 1].</returns>
    public double Strength(double progress)
    {
        if (Shape == RampShape.Linear)
        {
            return progress;
        }

        // a p^4 up to p = m, then its tangent, a chosen so that the tangent ends at 1.
        const double m = 0.25;
        double a = 1 / (Math.Pow(m, 4) + 4 * Math.Pow(m, 3) * (1 - m));
        return progress <= m
            ? a * Math.Pow(progress, 4)
            : Math.Min(1, a * (Math.Pow(m, 4) + 4 * Math.Pow(m, 3) * (progress - m)));
    }

    /// <summary>
    /// The size of the perturbation, in its own unit: an epsilon, a number of flips, a free share; of retimings the number of spikes, or
    /// where that is any, the number of steps.
    /// </summary>
    /// <param name="strength">In [0, 1].</param>
    public double Size(double strength) => strength * (Epsilon ?? FreeFraction ?? 0) + Math.Round(strength * (Flips ?? Retimed ?? Retiming ?? 0));

    /// <summary>The perturbation at a strength.</summary>
    /// <param name="strength">In [0, 1].</param>
    /// <param name="seed">What a free fraction's draw depends on.</param>
    public Perturbation At(double strength, long seed) => this switch
    {
        { Epsilon: not null } => new LInfinity(Size(strength), Clamp),
        { Flips: not null } => new SpikeFlips((int)Size(strength), FlipMode),
        { Retiming: { } steps, Retimed: not null } => new SpikeRetiming(steps, (int)Size(strength)),
        { Retiming: not null } => new SpikeRetiming((int)Size(strength)),
        _ => new FreeFraction(Size(strength), seed),
    };

    /// <summary>Checks the options.</summary>
    /// <param name="network">The network that they are for.</param>
    /// <exception cref="ArgumentException">A value is out of its range, or the perturbation does not fit the network.</exception>
    public void Validate(NetworkDescription network)
    {
        if (new object?[] { Epsilon, Flips, Retiming, FreeFraction }.Count(kind => kind is not null) != 1)
        {
            throw Check.Wrong("Certified training needs exactly one of an epsilon, a number of flips, a retiming and a free fraction.");
        }

        if (Epsilon is not null == (network.Encoding == Encoding.Spikes))
        {
            throw Check.Wrong(Epsilon is not null
                ? $"{network.Name} takes recorded spikes, so an epsilon does not fit it: state flips, a retiming or a free fraction instead."
                : $"{network.Name} takes images, so flips, retimings and free fractions do not fit it: state an epsilon instead.");
        }

        Check.NotNegative(Epsilon ?? 0, "Epsilon");
        Check.AtLeast(0, Flips ?? 0, "The number of flips");
        Check.AtLeast(0, Retiming ?? 0, "The number of steps that a spike moves");
        Check.AtLeast(0, Retimed ?? 0, "The number of retimed spikes");
        if (Retimed is not null && Retiming is null)
        {
            throw Check.Wrong("The number of retimed spikes is stated, but not how far they move: state a retiming.");
        }

        Check.Share(FreeFraction ?? 0, "The free fraction");
        Check.Share(RampStart, "The ramp's start");
        Check.Share(RampEnd, "The ramp's end");
        if (RampEnd < RampStart)
        {
            throw Check.Wrong(
                $"The ramp ends at {Check.Text(RampEnd)} of the run, before its start at {Check.Text(RampStart)}: exchange the two.");
        }

        foreach (var (ramp, name) in new[] { (NaturalWeight, "The natural loss's weight"), (RobustWeight, "The robust loss's weight") })
        {
            Check.NotNegative(ramp.From, name);
            Check.NotNegative(ramp.To, name);
        }

        if (NaturalWeight.From + RobustWeight.From <= 0 || NaturalWeight.To + RobustWeight.To <= 0)
        {
            throw Check.Wrong("Natural and robust loss both weigh 0 at an end of the ramp, so nothing would be learnt there: give one a weight.");
        }

        Check.Share(BoundShare, "The bounds' share");
        Check.AtLeast(1, AttackSteps, "The number of attack steps");
        if (Loss != RobustLoss.Bounds && Epsilon is null)
        {
            throw Check.Wrong("Losses with attacked samples are for an epsilon: take the loss of bounds alone for flips, retimings and free fractions.");
        }

        Check.Share(CrownShare.From, "S-CROWN's share");
        Check.Share(CrownShare.To, "S-CROWN's share");
        if (Crown is BoundMethod.SIbp or BoundMethod.SIbpCounts)
        {
            throw Check.Wrong("S-IBP is no S-CROWN: for S-IBP alone, set S-CROWN's share to 0.");
        }

        if (Crown == BoundMethod.SCrownTrains)
        {
            throw Check.Wrong("Lines of whole spike trains have no gradient for the intermediate bounds: train with SCrown, certify with them.");
        }
    }
}
