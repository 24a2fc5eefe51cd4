namespace SnnDsl;

/// <summary>
/// logits = the mean over time of the last layer's outputs: firing rates if it fires, its values if it does not.
/// This is what a network has that names no readout.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class MeanReadoutAttribute : ReadoutAttribute;
