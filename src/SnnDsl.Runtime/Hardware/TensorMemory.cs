using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnDsl.Hardware;

/// <summary>Torch's own memory as references, without a copy, and tensors in memory that is kept.</summary>
internal static unsafe partial class TensorMemory
{
    // Smaller ones torch's own allocator keeps.
    private const long Large = 1 << 20;

    /// <summary>The first element of a contiguous float32 CPU tensor; a null reference for null.</summary>
    public static ref float Floats(Tensor? tensor) =>
        ref tensor is null ? ref Unsafe.NullRef<float>() : ref Unsafe.AsRef<float>((void*)THSTensor_data(tensor.Handle));

    /// <summary>The first element, contiguous or not owned by anyone, of memory that outlives the call.</summary>
    public static nint Address(Tensor? tensor) => tensor is null ? 0 : THSTensor_data(tensor.Handle);

    /// <summary>A reference into memory whose address was taken before; used inside parallel loops, which cannot capture references.</summary>
    public static ref float At(nint address, nint offset = 0) =>
        ref address == 0 ? ref Unsafe.NullRef<float>() : ref Unsafe.AsRef<float>((float*)address + offset);

    /// <summary>A tensor's shape. TorchSharp's own property leaves an object to a finaliser for every call.</summary>
    /// <param name="tensor">The tensor.</param>
    public static long[] Sizes(this Tensor tensor)
    {
        long[] sizes = new long[tensor.dim()];
        for (int i = 0; i < sizes.Length; i++)
        {
            sizes[i] = tensor.size(i);
        }

        return sizes;
    }

    /// <summary>A tensor's values in float64, row by row, wherever it lies.</summary>
    /// <param name="tensor">The tensor.</param>
    public static double[] Doubles(this Tensor tensor) => tensor.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();

    /// <summary>
    /// A contiguous float32 CPU tensor of unspecified content. A large one lies in <see cref="KeptMemory"/> and goes back there when its last
    /// owner, a backward pass perhaps, lets go of it.
    /// </summary>
    /// <param name="shape">Its shape.</param>
    public static Tensor Empty(params ReadOnlySpan<long> shape)
    {
        long bytes = sizeof(float);
        foreach (long size in shape)
        {
            bytes *= size;
        }

        if (bytes < Large)
        {
            return empty(shape);
        }

        void* block = KeptMemory.Take((nint)bytes);
        fixed (long* sizes = shape)
        {
            const sbyte type = (sbyte)ScalarType.Float32;
            nint handle = THSTensor_new(block, &KeptMemory.GiveBack, sizes, shape.Length, type, type, 0, 0, requiresGrad: 0);
            if (handle == 0)
            {
                KeptMemory.Give(block);
                CheckForErrors();
            }

            return Tensor.UnsafeCreateTensor(handle);
        }
    }

    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_data(nint handle);

    [LibraryImport("LibTorchSharp")]
    private static partial nint THSTensor_new(
        void* data, delegate* unmanaged[Cdecl]<void*, void> deleter, long* sizes, int dimensions, sbyte type, sbyte converted, int device,
        int deviceIndex, byte requiresGrad);
}
