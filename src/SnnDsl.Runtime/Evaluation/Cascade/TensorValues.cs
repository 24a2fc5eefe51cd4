using static TorchSharp.torch;

namespace SnnDsl.Evaluation.Cascade;

/// <summary>Tensors as arrays.</summary>
internal static class TensorValues
{
    /// <summary>All values in row-major order.</summary>
    public static float[] Floats(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();
    }

    /// <summary>All values in row-major order, none above what it was: lower bounds stay lower bounds when float64 becomes float32.</summary>
    public static float[] FloatsBelow(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        double[] values = tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        return Array.ConvertAll(values, value => (float)value > value ? MathF.BitDecrement((float)value) : (float)value);
    }

    /// <summary>All values in row-major order.</summary>
    public static long[] Longs(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.cpu().contiguous().data<long>().ToArray();
    }
}
