using System.Runtime.InteropServices;

namespace SnnDsl.Autograd;

/// <summary>A native node of torch's graph: what keeps it alive while it is built, and what finds it without keeping it alive.</summary>
/// <param name="Shared">A <c>std::shared_ptr</c> on the heap.</param>
/// <param name="Weak">A <c>std::weak_ptr</c> on the heap.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct NodeHandle(nint Shared, nint Weak);
