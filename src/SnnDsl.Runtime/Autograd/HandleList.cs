using System.Runtime.InteropServices;

namespace SnnDsl.Autograd;

/// <summary>Handles of tensors, as LibTorchSharp takes and gives them by value.</summary>
/// <param name="first">Where they are.</param>
/// <param name="count">How many.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly unsafe struct HandleList(nint* first, long count)
{
    private readonly nint* first = first;
    private readonly long count = count;
}
