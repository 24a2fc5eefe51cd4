namespace SnnDsl.Kernels;

/// <summary>
/// In which numbers the large sums of a natural backward pass are taken. The forward pass, membranes, weights, their updates and all
/// bounds are float32 or float64 in either case, so the network that is certified is the network that runs.
/// </summary>
public enum GradientPrecision
{
    /// <summary>float32.</summary>
    Float32,

    /// <summary>
    /// bfloat16, 8 significant bits. In layers of at least 32 outputs (a convolution: output channels), and for samples of which more than
    /// half of the outputs have a gradient, weights and gradients of currents are rounded before they are multiplied, and so is the product,
    /// the gradient of the spikes; gradients that are added to weights of a convolution may be rounded before, their sums are float32.
    /// Elsewhere rounding costs more than it saves, and float32 stays. Faster on a processor with instructions for it (AVX512-BF16, AMX), slower
    /// on others.
    /// </summary>
    BFloat16,
}
