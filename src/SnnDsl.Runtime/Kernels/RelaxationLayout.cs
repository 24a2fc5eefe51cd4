using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Where step t, sample b, row k and neuron n lie: coefficients are [S, B, K, N], membranes [S, B, N].</summary>
/// <param name="Steps">S.</param>
/// <param name="Samples">B.</param>
/// <param name="Rows">K.</param>
/// <param name="Neurons">N.</param>
/// <param name="Sum">Whether coefficients on currents are summed over the steps.</param>
internal sealed record RelaxationLayout(int Steps, long Samples, long Rows, long Neurons, bool Sum)
{
    /// <summary>The layout of a relaxation.</summary>
    /// <param name="membranes">[S, B, ...].</param>
    /// <param name="row">The shape of the coefficients of one step, [B, K, ...].</param>
    /// <param name="sum">Whether coefficients on currents are summed over the steps.</param>
    public RelaxationLayout(Tensor membranes, long[] row, bool sum)
        : this((int)membranes.size(0), row[0], row[1], membranes.numel() / membranes.size(0) / row[0], sum)
    {
    }

    /// <summary>From one step to the next in the coefficients.</summary>
    public long RowStride => Samples * Rows * Neurons;

    /// <summary>From one step to the next in the membranes.</summary>
    public long SampleStride => Samples * Neurons;

    /// <summary>From one step to the next in the coefficients on currents.</summary>
    public long OutputStride => Sum ? 0 : RowStride;

    /// <summary>How many coefficients there are.</summary>
    public long Work => Steps * RowStride;
}
