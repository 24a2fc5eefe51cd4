using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Reference;

/// <summary>
/// A convolution as a product of its kernels and of what each place sees. Torch's own has wrong float32 gradients with respect to its input on some processors, where channels fill no
/// whole blocks of 16.
/// </summary>
internal static class Convolution
{
    /// <summary>Applies it.</summary>
    /// <param name="x">[N, channels, height, width].</param>
    /// <param name="weight">[outputs, channels, kernel, kernel].</param>
    /// <param name="bias">[outputs], or null.</param>
    /// <param name="stride">The step of the kernel.</param>
    /// <param name="padding">Zeros on every side.</param>
    public static Tensor Of(Tensor x, Tensor weight, Tensor? bias, long stride, long padding)
    {
        long kernel = weight.size(2);
        long Places(long size) => ((size + (2 * padding) - kernel) / stride) + 1;
        var patches = nn.functional.unfold(x, (kernel, kernel), (1, 1), (padding, padding), (stride, stride));
        var y = matmul(weight.flatten(1), patches).view(x.size(0), weight.size(0), Places(x.size(2)), Places(x.size(3)));
        return bias is null ? y : y + bias.view(-1, 1, 1);
    }
}
