namespace SnnDsl;

/// <summary>
/// Batch normalisation of the channels of the Conv2d layer directly before it:
/// <code>
/// y = (x - mean) / sqrt(variance + epsilon) * weight + bias
/// </code>
/// In training mean and variance are those of the batch, over all time steps, samples and places; the running ones are saved under PyTorch's
/// names (bn1.running_mean, ...). Where the network does not train they are folded into the map before it: that one map is what runs, and what
/// bounds, records and the checker are about.
/// </summary>
/// <remarks>In certified training bounds take the statistics of the unperturbed batch, as constants. Ioffe and Szegedy, ICML 2015.</remarks>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class BatchNorm2dAttribute : BatchNormAttribute;
