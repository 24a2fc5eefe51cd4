namespace SnnDsl.Training;

/// <summary>
/// What certified training lowers beside the natural loss, L being the cross-entropy of margins (<see cref="Losses.Robust"/>), m the margins of an attacked sample, b the
/// lower bounds over the whole perturbation, and alpha <see cref="RobustOptions.BoundShare"/>. Bounds alone make networks that bounds certify; less of them
/// is meant to leave more accuracy, and what is certified then has to be found by branch and bound.
/// </summary>
public enum RobustLoss
{
    /// <summary>L(b): the bounds over the whole perturbation, of S-IBP and S-CROWN as <see cref="RobustOptions.CrownShare"/> says.</summary>
    Bounds,

    /// <summary>
    /// L of the bounds over a small box about the attacked sample: its size is alpha epsilon, and it lies within the whole one (SABR: Mueller, Eckert, Fischer, Vechev, ICLR 2023,
    /// arXiv 2210.04871).
    /// </summary>
    SmallBox,

    /// <summary>(1 - alpha) L(m) + alpha L(b) (MTL-IBP: De Palma et al., ICLR 2024, arXiv 2305.13991).</summary>
    MixedLosses,

    /// <summary>L((1 - alpha) m + alpha b) (CC-IBP: De Palma et al., ICLR 2024, arXiv 2305.13991).</summary>
    MixedMargins,

    /// <summary>L(m): adversarial training, without any bound (Madry et al., ICLR 2018, arXiv 1706.06083).</summary>
    Adversarial,
}
