using SnnDsl.Affine;
using static TorchSharp.torch;

namespace SnnDsl.Exact;

/// <summary>Tensors as plain numbers.</summary>
internal static class Numbers
{
    /// <summary>All values in order.</summary>
    public static double[] Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return [.. tensor.detach().cpu().to(ScalarType.Float64).contiguous().data<double>()];
    }

    /// <summary>The values of a tensor [T, ...], step by step.</summary>
    public static double[][] BySteps(Tensor tensor) => [.. Of(tensor).Chunk((int)(tensor.numel() / tensor.shape[0]))];

    /// <summary>An affine map as rows of weights, and the biases.</summary>
    public static (double[][] Weights, double[] Biases) Matrix(AffineMap map, Tensor like)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        long outputs = map.OutputShape.Aggregate((a, b) => a * b);
        var rows = map.PullBack(eye(outputs, dtype: like.dtype, device: like.device).view([outputs, .. map.OutputShape]));
        return (BySteps(rows), Of(map.Apply(zeros([1, .. map.InputShape], like.dtype, like.device))));
    }
}
