using System.Runtime.InteropServices;
using TorchSharp;

namespace SnnDsl.Autograd;

/// <summary>
/// The functions by which TorchSharp's native half makes nodes of torch's graph (its THSAutograd.h), called without its managed half. They are
/// exported, but nobody promised to keep them, so they are called only in the version whose text they were read in.
/// </summary>
internal static unsafe partial class NativeAutograd
{
    private const string Library = "LibTorchSharp";

    private static readonly Version Known = new(0, 107);

    /// <summary>Whether the loaded TorchSharp is the one whose functions are declared here, and has them all.</summary>
    public static bool IsKnown { get; } = IsLoaded();

    [LibraryImport(Library)]
    public static partial NodeHandle THSAutograd_CSharpNode_ctor(nint apply, nint delete);

    [LibraryImport(Library)]
    public static partial void THSAutograd_CSharpNode_disposeSharedPtr(NodeHandle node);

    [LibraryImport(Library)]
    public static partial void THSAutograd_CSharpNode_disposeWeakPtr(NodeHandle node);

    [LibraryImport(Library)]
    public static partial void THSAutograd_CSharpNode_setNextEdges(NodeHandle node, HandleList inputs, byte isExecutable);

    [LibraryImport(Library)]
    public static partial void THSAutograd_CSharpNode_clearInputMetadata(NodeHandle node);

    [LibraryImport(Library)]
    public static partial void THSAutograd_Function_wrapOutputs(
        HandleList inputs, HandleList notDifferentiable, HandleList changed, HandleList outputs, NodeHandle node,
        delegate* unmanaged[Cdecl]<nint, nint*> allocate);

    [LibraryImport(Library)]
    public static partial nint THSAutograd_SavedVariable_ctor(nint tensor, NodeHandle node, byte isViewChangedInPlace);

    [LibraryImport(Library)]
    public static partial void THSAutograd_SavedVariable_dispose(nint saved);

    [LibraryImport(Library)]
    public static partial nint THSAutograd_SavedVariable_unpack(nint saved, NodeHandle node);

    private static bool IsLoaded()
    {
        var managed = typeof(torch).Assembly;
        string[] functions =
        [
            nameof(THSAutograd_CSharpNode_ctor), nameof(THSAutograd_CSharpNode_disposeSharedPtr),
            nameof(THSAutograd_CSharpNode_disposeWeakPtr), nameof(THSAutograd_CSharpNode_setNextEdges),
            nameof(THSAutograd_CSharpNode_clearInputMetadata), nameof(THSAutograd_Function_wrapOutputs),
            nameof(THSAutograd_SavedVariable_ctor), nameof(THSAutograd_SavedVariable_dispose), nameof(THSAutograd_SavedVariable_unpack),
        ];
        return managed.GetName().Version is { } version && version.Major == Known.Major && version.Minor == Known.Minor
            && NativeLibrary.TryLoad(Library, managed, null, out nint library)
            && Array.TrueForAll(functions, name => NativeLibrary.TryGetExport(library, name, out _));
    }
}
