namespace SnnDsl.Kernels;

/// <summary>Which lines stand for an unstable neuron in a linear bound.</summary>
public enum RelaxationRule
{
    /// <summary>The paper's: reset between l (1 - s) and th (1 - s), then a line for the spike alone.</summary>
    Paper,

    /// <summary>Spike and reset value as one function of the membrane, bounded by its tightest single line.</summary>
    Joint,
}
