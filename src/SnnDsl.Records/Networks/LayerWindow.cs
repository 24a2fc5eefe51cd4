namespace SnnDsl.Networks;

/// <summary>How a layer's kernel slides over an image, each as text: "3", with different sides "3x5" (rows and columns), a padding with different ends "0:1".</summary>
/// <param name="Kernel">Its taps.</param>
/// <param name="Stride">Its step from place to place.</param>
/// <param name="Padding">Zeros around the image; of a transposed convolution what is taken away.</param>
/// <param name="Dilation">Its step from tap to tap.</param>
public sealed record LayerWindow(string Kernel, string Stride, string Padding, string Dilation = "1");
