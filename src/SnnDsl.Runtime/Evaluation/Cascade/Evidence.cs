using SnnDsl.Certification;
using SnnDsl.Certification.Proofs;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>What shows whoever checks a record that a margin's bound holds.</summary>
internal sealed record Evidence
{
    private Evidence(CertificationMethod method, MarginProof? proof) => (Method, Proof) = (CertificationMethodNames.Of(method), proof);

    /// <summary>The method's name.</summary>
    public string Method { get; }

    /// <summary>What has to be stored beside the record; null where weights and data suffice.</summary>
    public MarginProof? Proof { get; }

    /// <summary>A single pass, which anyone can run again from weights and data.</summary>
    /// <param name="method">The method.</param>
    /// <exception cref="ArgumentException">It finds something by looking for it: that has to be stored.</exception>
    public static Evidence Of(CertificationMethod method) =>
        method is CertificationMethod.SIbp or CertificationMethod.SCrownPaper or CertificationMethod.SCrown
            ? new(method, null)
            : throw new ArgumentException($"{CertificationMethodNames.Of(method)} is no single pass: a bound by it needs its proof.", nameof(method));

    /// <summary>A proof that a method found.</summary>
    /// <param name="method">The method.</param>
    /// <param name="proof">The proof.</param>
    public static Evidence Of(CertificationMethod method, MarginProof proof) => new(method, proof);
}
