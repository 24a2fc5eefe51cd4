using System.Runtime.InteropServices;

namespace SnnDsl.Kernels;

/// <summary>The few calls of the CUDA driver that kernels need.</summary>
internal sealed unsafe class CudaDriver
{
    private const int CapabilityMajor = 75;
    private const int CapabilityMinor = 76;

    private static readonly Lazy<CudaDriver?> s_here = new(() =>
        NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out nint library) ? new CudaDriver(library) : null);

    private readonly nint library;
    private readonly delegate* unmanaged<nint, int> push;
    private readonly delegate* unmanaged<nint*, int> pop;
    private readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> launch;

    private CudaDriver(nint library)
    {
        this.library = library;
        push = (delegate* unmanaged<nint, int>)At("cuCtxPushCurrent_v2");
        pop = (delegate* unmanaged<nint*, int>)At("cuCtxPopCurrent_v2");
        launch = (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)At("cuLaunchKernel");
        Check(((delegate* unmanaged<uint, int>)At("cuInit"))(0), "cuInit");
    }

    /// <summary>The driver as found here; null where there is none.</summary>
    /// <exception cref="CudaException">It was found, but cannot be used.</exception>
    public static CudaDriver? Here => s_here.Value;

    /// <summary>A device's compute capability, 10 times major plus minor.</summary>
    /// <param name="device">Its index, torch's.</param>
    public int Capability(int device) => 10 * Attribute(CapabilityMajor, device) + Attribute(CapabilityMinor, device);

    /// <summary>The context that torch uses on a device, held for good.</summary>
    /// <param name="device">Its index.</param>
    public nint Context(int device)
    {
        nint context;
        Check(((delegate* unmanaged<nint*, int, int>)At("cuDevicePrimaryCtxRetain"))(&context, Device(device)), "cuDevicePrimaryCtxRetain");
        return context;
    }

    /// <summary>Loads an image into the context at hand.</summary>
    public nint Module(byte[] image)
    {
        nint module;
        // PTX is text that must end with a zero.
        fixed (byte* first = (byte[])[.. image, 0])
        {
            Check(((delegate* unmanaged<nint*, byte*, int>)At("cuModuleLoadData"))(&module, first), "cuModuleLoadData");
        }

        return module;
    }

    /// <summary>A kernel of a module.</summary>
    public nint Function(nint module, string name)
    {
        nint function, text = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            Check(((delegate* unmanaged<nint*, nint, nint, int>)At("cuModuleGetFunction"))(&function, module, text), $"cuModuleGetFunction({name})");
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }

        return function;
    }

    /// <summary>Makes a context this thread's until <see cref="Pop"/>.</summary>
    public void Push(nint context) => Check(push(context), "cuCtxPushCurrent");

    /// <summary>Returns to the context before.</summary>
    public void Pop()
    {
        nint context;
        Check(pop(&context), "cuCtxPopCurrent");
    }

    /// <summary>Starts a kernel in the context at hand.</summary>
    /// <param name="function">The kernel.</param>
    /// <param name="blocks">How many blocks.</param>
    /// <param name="threads">How many threads in each.</param>
    /// <param name="stream">The stream; 0 for the default one.</param>
    /// <param name="arguments">The addresses of its arguments.</param>
    public void Launch(nint function, uint blocks, uint threads, nint stream, void** arguments) =>
        Check(launch(function, blocks, 1, 1, threads, 1, 1, 0, stream, arguments, null), "cuLaunchKernel");

    private int Attribute(int attribute, int device)
    {
        int value;
        Check(((delegate* unmanaged<int*, int, int, int>)At("cuDeviceGetAttribute"))(&value, attribute, Device(device)), "cuDeviceGetAttribute");
        return value;
    }

    private int Device(int index)
    {
        int device;
        Check(((delegate* unmanaged<int*, int, int>)At("cuDeviceGet"))(&device, index), "cuDeviceGet");
        return device;
    }

    private nint At(string function) => NativeLibrary.TryGetExport(library, function, out nint address)
        ? address
        : throw new CudaException($"The CUDA driver has no {function}: install a newer one.");

    private void Check(int result, string what)
    {
        if (result == 0)
        {
            return;
        }

        nint text = 0;
        ((delegate* unmanaged<int, nint*, int>)At("cuGetErrorString"))(result, &text);
        throw new CudaException($"The CUDA driver's {what} failed with error {result}: {Marshal.PtrToStringUTF8(text) ?? "unknown"}.");
    }
}
