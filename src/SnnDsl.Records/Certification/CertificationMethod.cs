namespace SnnDsl.Certification;

/// <summary>How margins are certified.</summary>
public enum CertificationMethod
{
    /// <summary>Intervals through all layers (S-IBP), the last layer's spikes counted.</summary>
    SIbp,

    /// <summary>Linear relaxation with the paper's lines.</summary>
    SCrownPaper,

    /// <summary>
    /// Linear relaxation with the tightest single lines for spike and reset together, and for whole trains of neurons with a constant
    /// current.
    /// </summary>
    SCrown,

    /// <summary>Linear relaxation with slopes optimised for each open margin; never below S-IBP and S-CROWN.</summary>
    Alpha,

    /// <summary>Branch and bound: complete, given the time.</summary>
    Bab,

    /// <summary>S-IBP, S-CROWN, alpha, an attack, branch and bound, each only for what the ones before left open.</summary>
    Auto,
}
