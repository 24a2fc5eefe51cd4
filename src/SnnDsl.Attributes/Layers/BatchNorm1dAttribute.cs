namespace SnnDsl;

/// <summary>
/// Batch normalisation of the values of the Linear layer directly before it:
/// <code>
/// y = (x - mean) / sqrt(variance + epsilon) * weight + bias
/// </code>
/// In training mean and variance are those of the batch, over all time steps and samples; the running ones are saved under PyTorch's
/// names (bn1.running_mean, ...). Where the network does not train they are folded into the map before it: that one map is what runs, and what
/// bounds, records and the checker are about.
/// </summary>
/// <remarks>In certified training bounds take the statistics of the unperturbed batch, as constants. Ioffe and Szegedy, ICML 2015.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class BatchNorm1dAttribute : LayerAttribute
{
    /// <summary>What a batch weighs in the running statistics, in [0, 1]. Default: 0.1.</summary>
    public double Momentum { get; set; } = 0.1;

    /// <summary>What is added to variances, greater than 0. Default: 1e-5. Rounded to float32.</summary>
    public double Epsilon { get; set; } = 1e-5;

    /// <summary>Whether there are a weight and a bias to train. Default: true.</summary>
    public bool Affine { get; set; } = true;
}
