namespace SnnDsl.Certification;

/// <summary>Where linear bounds take the bounds of the membranes from.</summary>
public enum IntermediateBounds
{
    /// <summary>Intervals (S-IBP).</summary>
    SIbp,

    /// <summary>Linear relaxation of every membrane that intervals leave undecided.</summary>
    SCrown,
}
