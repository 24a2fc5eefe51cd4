namespace SnnDsl.Kernels;

/// <summary>
/// In which numbers the dense products of a natural backward pass are taken. The forward pass, membranes, weights, their updates and all
/// bounds are float32 or float64 in either case, so the network that is certified is the network that runs.
/// </summary>
public enum GradientPrecision
{
    /// <summary>float32.</summary>
    Float32,

    /// <summary>
    /// bfloat16, 8 significant bits: weights and gradients of currents are rounded before they are multiplied, and so is the product,
    /// the gradient of the spikes. Layers of fewer than 32 outputs (a convolution: output channels) stay float32, where rounding costs more than it
    /// saves. Faster on a processor with instructions for it (AVX512-BF16, AMX), slower on others.
    /// </summary>
    BFloat16,
}
