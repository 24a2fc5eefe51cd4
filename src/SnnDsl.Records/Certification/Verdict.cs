namespace SnnDsl.Certification;

/// <summary>What is known of one sample.</summary>
public enum Verdict
{
    /// <summary>Neither proved nor refuted.</summary>
    Unknown,

    /// <summary>
    /// The prediction is right, and the bounds of all margins are above the guard, but they are those of a plain precision, which takes no
    /// account of rounding in the network nor of all of its own: no certificate.
    /// </summary>
    Bounded,

    /// <summary>The prediction is right, and proved to be the same for every perturbed input.</summary>
    Certified,

    /// <summary>A perturbed input was found that the network gets wrong or that ties; the unperturbed one counts.</summary>
    Falsified,
}
