using SnnDsl.Attacks;
using SnnDsl.Certification;
using SnnDsl.Certification.Search;
using SnnDsl.Networks;
using SnnDsl.Perturbations;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>Which stages a method runs through.</summary>
internal sealed class StagePlan
{
    // Of the time that is left when they begin; branch and bound takes the rest.
    private const double AlphaShare = 0.25, AttackShare = 0.25;

    /// <param name="network">The network.</param>
    /// <param name="method">The method.</param>
    /// <param name="perturbation">What an adversary may do.</param>
    /// <param name="intermediate">Where linear bounds take the bounds of the membranes from.</param>
    /// <param name="alpha">How slopes are optimised.</param>
    /// <param name="search">How branch and bound searches; its seed is the attack's too.</param>
    /// <param name="guard">What a lower bound must exceed.</param>
    public StagePlan(
        SpikingModule network, CertificationMethod method, Perturbation perturbation, IntermediateBounds intermediate, AlphaOptions alpha,
        SearchOptions search, double guard)
    {
        if (method is CertificationMethod.Alpha or CertificationMethod.Bab)
        {
            LifOnly.Require(network, "branch and bound and the proofs of optimised slopes", "take the method s-ibp or s-crown");
        }

        // Slopes' proofs and branch and bound are derived for chains of LIF neurons: the cascade of another network leaves them out.
        bool isLif = LifOnly.Is(network);
        var attack = Attack.On(perturbation, search.Seed);
        IEnumerable<CertificationStage> stages = method switch
        {
            CertificationMethod.SIbp => [new IntervalStage()],
            CertificationMethod.SCrown or CertificationMethod.SCrownPaper => [new RelaxationStage(method, intermediate, guard)],
            CertificationMethod.Alpha =>
            [
                new IntervalStage(),
                new RelaxationStage(CertificationMethod.SCrown, intermediate, guard),
                new SlopeStage(network, alpha, share: 1, guard),
            ],
            CertificationMethod.Bab => [new SearchStage(search)],
            _ =>
            [
                new IntervalStage(),
                new RelaxationStage(CertificationMethod.SCrown, intermediate, guard),
                .. isLif ? [new SlopeStage(network, alpha, AlphaShare, guard)] : Array.Empty<CertificationStage>(),
                .. attack is null ? Array.Empty<CertificationStage>() : [new AttackStage(attack, isLif ? AttackShare : 1)],
                .. isLif ? [new SearchStage(search with { Attacks = attack is null })] : Array.Empty<CertificationStage>(),
            ],
        };
        Stages = [new PredictionStage(), .. stages];
    }

    /// <summary>The stages in order.</summary>
    public IReadOnlyList<CertificationStage> Stages { get; }
}
