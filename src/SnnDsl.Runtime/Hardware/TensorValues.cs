using static TorchSharp.torch;

namespace SnnDsl.Hardware;

/// <summary>Tensors as arrays.</summary>
internal static class TensorValues
{
    /// <summary>All values in row-major order.</summary>
    public static float[] Floats(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>All values in row-major order.</summary>
    public static long[] Longs(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.cpu().contiguous().data<long>().ToArray();
    }
}
