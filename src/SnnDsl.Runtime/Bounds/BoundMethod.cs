namespace SnnDsl.Bounds;

/// <summary>How lower bounds of margins are computed.</summary>
public enum BoundMethod
{
    /// <summary>Intervals through all layers (S-IBP).</summary>
    SIbp,

    /// <summary>
    /// Intervals through all layers; where the last layer fires, its counts of spikes are those of its least and its greatest run, since
    /// counts grow with currents. For certification: no gradient goes through counts.
    /// </summary>
    SIbpCounts,

    /// <summary>Linear relaxation with the paper's lines, intermediate bounds from S-IBP.</summary>
    SCrownPaper,

    /// <summary>Linear relaxation with the tightest single lines for spike and reset together, intermediate bounds from S-IBP.</summary>
    SCrown,

    /// <summary>
    /// As <see cref="SCrown"/>, with one line for the whole spike train of each neuron whose current is constant. For certification: no gradient
    /// goes to those neurons' membrane bounds.
    /// </summary>
    SCrownTrains,
}
