namespace SnnDsl.Certification;

/// <summary>What is known of one sample.</summary>
public enum Verdict
{
    /// <summary>Neither proved nor refuted.</summary>
    Unknown,

    /// <summary>The prediction is right, and proved to be the same for every perturbed input.</summary>
    Certified,

    /// <summary>A perturbed input was found that the network gets wrong or that ties; the unperturbed one counts.</summary>
    Falsified,
}
