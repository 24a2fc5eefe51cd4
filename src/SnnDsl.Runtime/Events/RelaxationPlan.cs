using SnnDsl.Kernels;

namespace SnnDsl.Events;

/// <summary>What a <see cref="RelaxChain"/> has to do.</summary>
/// <param name="Stages">From the last spiking layer to the first.</param>
/// <param name="Rule">Which lines.</param>
/// <param name="Steps">T.</param>
/// <param name="Samples">B.</param>
/// <param name="Rows">K.</param>
/// <param name="OutputShape">The shape of the coefficients on the last stage's currents: [B, K, ...], or [B, T, K, ...] with time.</param>
/// <param name="Trains">The last stage's lines of whole trains, through which no gradient goes; null for a line for each step.</param>
internal sealed record RelaxationPlan(
    IReadOnlyList<RelaxationStage> Stages, RelaxationRule Rule, int Steps, long Samples, int Rows, long[] OutputShape, TrainKernel? Trains)
{
    /// <summary>How many rows go together: each weight that is read serves them all, and their coefficients stay in the caches.</summary>
    public const int Together = 3;

    /// <summary>From this share of live neurons on, a matrix product over all of them is faster.</summary>
    public const double DenseShare = 0.4;

    /// <summary>Values that one sample touches.</summary>
    public long Work => Stages.Sum(stage => (long)stage.Neurons) * Steps * Rows;

    /// <summary>Whether the last stage's coefficients are summed over time.</summary>
    public bool Sums => Stages[^1].Constant;
}
