namespace SnnDsl.Certification.Search;

/// <summary>How branch and bound chooses its next split.</summary>
public enum Branching
{
    /// <summary>
    /// The best few by <see cref="Loss"/> are tried: both sides are bounded once, and the split whose weaker side gains most is taken.
    /// </summary>
    Lookahead,

    /// <summary>The neuron-step or train whose line loses most where the relaxation is least.</summary>
    Loss,

    /// <summary>The widest interval times what the form puts on it.</summary>
    Width,

    /// <summary>What the line's intercept costs: the score of BaBSR (Bunel et al. 2020), for spikes.</summary>
    Intercept,
}
