namespace SnnDsl;

/// <summary>The mean of each channel over the whole image: channels x 1 x 1, as PyTorch's <c>AdaptiveAvgPool2d(1)</c>.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class GlobalAvgPool2dAttribute : LayerAttribute;
