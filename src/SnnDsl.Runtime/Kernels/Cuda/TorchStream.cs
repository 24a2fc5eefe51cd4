using System.Runtime.InteropServices;

namespace SnnDsl.Kernels;

/// <summary>The CUDA stream that torch's operations of this thread go to.</summary>
/// <remarks>
/// TorchSharp 0.107 has no streams, and nothing in it leaves the default one. Native code in the same process may, so libtorch is
/// asked through its stable C interface; where that is missing, it is the default stream, which is CUDA's as well.
/// </remarks>
internal static unsafe class TorchStream
{
    private static readonly nint s_current = Find();

    /// <summary>The stream's handle; 0 for the default one.</summary>
    /// <param name="device">The device's index.</param>
    public static nint Current(int device)
    {
        nint stream = 0;
        return s_current != 0 && ((delegate* unmanaged<int, nint*, int>)s_current)(device, &stream) == 0 ? stream : 0;
    }

    // Torch has loaded the library already: its bare name finds it, wherever it lies.
    private static nint Find() =>
        NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "torch_cuda.dll" : "libtorch_cuda.so", out nint library)
            && NativeLibrary.TryGetExport(library, "aoti_torch_get_current_cuda_stream", out nint function) ? function : 0;
}
