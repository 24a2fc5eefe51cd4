using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SnnDsl.Hardware;

/// <summary>How often torch has changed a tensor's values in place, so that what is derived from them can be kept for as long as they stay.</summary>
internal static partial class TensorVersions
{
    private static bool countsChanges = true;

    /// <summary>The count; null where this libtorch does not tell, and whatever is derived must be derived anew.</summary>
    /// <param name="tensor">The tensor.</param>
    public static long? Of(Tensor tensor)
    {
        if (countsChanges)
        {
            try
            {
                return NativeVersion(tensor.Handle);
            }
            catch (Exception absent) when (absent is EntryPointNotFoundException or DllNotFoundException)
            {
                countsChanges = false;
            }
        }

        return null;
    }

    // at::native::_version, by its name in the Itanium ABI.
    [LibraryImport("torch_cpu", EntryPoint = "_ZN2at6native8_versionERKNS_6TensorE")]
    private static partial long NativeVersion(nint tensor);
}
