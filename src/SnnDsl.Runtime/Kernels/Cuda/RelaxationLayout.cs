namespace SnnDsl.Kernels;

/// <summary>Where step t, sample b, row k and neuron n lie: coefficients are [S, B, K, N], membranes [S, B, N].</summary>
/// <param name="Steps">S.</param>
/// <param name="Samples">B.</param>
/// <param name="Rows">K.</param>
/// <param name="Neurons">N.</param>
/// <param name="Sum">Whether coefficients on currents are summed over the steps.</param>
internal sealed record RelaxationLayout(int Steps, long Samples, long Rows, long Neurons, bool Sum)
{
    /// <summary>From one step to the next in the coefficients.</summary>
    public long RowStride => Samples * Rows * Neurons;

    /// <summary>From one step to the next in the membranes.</summary>
    public long SampleStride => Samples * Neurons;

    /// <summary>From one step to the next in the coefficients on currents.</summary>
    public long OutputStride => Sum ? 0 : RowStride;
}
