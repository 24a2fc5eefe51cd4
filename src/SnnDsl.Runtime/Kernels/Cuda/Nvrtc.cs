using System.Runtime.InteropServices;

namespace SnnDsl.Kernels;

/// <summary>Compiles CUDA C with NVRTC. Needs no graphics card.</summary>
internal sealed unsafe class Nvrtc
{
    private static readonly Lazy<Nvrtc?> s_here = new(() => NvrtcLibrary.Load() is not 0 and var library ? new Nvrtc(library) : null);

    private readonly nint library;
    private readonly int[] architectures;

    private Nvrtc(nint library)
    {
        this.library = library;
        int major, minor, count;
        Check(((delegate* unmanaged<int*, int*, int>)At("nvrtcVersion"))(&major, &minor), "nvrtcVersion");
        Version = new Version(major, minor);
        Check(((delegate* unmanaged<int*, int>)At("nvrtcGetNumSupportedArchs"))(&count), "nvrtcGetNumSupportedArchs");
        architectures = new int[count];
        fixed (int* first = architectures)
        {
            Check(((delegate* unmanaged<int*, int>)At("nvrtcGetSupportedArchs"))(first), "nvrtcGetSupportedArchs");
        }
    }

    /// <summary>NVRTC as found here; null where there is none.</summary>
    /// <exception cref="CudaException">It was found, but cannot be used.</exception>
    public static Nvrtc? Here => s_here.Value;

    /// <summary>Its version, which is that of a CUDA toolkit.</summary>
    public Version Version { get; }

    /// <summary>Compiles a text for a compute capability, or to PTX, which the driver finishes, where the capability is too new.</summary>
    /// <param name="text">CUDA C that includes nothing.</param>
    /// <param name="capability">10 times major plus minor: 90 for 9.0.</param>
    /// <returns>An image that the driver loads.</returns>
    /// <exception cref="CudaException">The text does not compile, or NVRTC knows nothing as old as the device.</exception>
    public byte[] Compile(string text, int capability)
    {
        int nearest = architectures.Where(known => known <= capability).DefaultIfEmpty().Max();
        if (nearest == 0)
        {
            throw new CudaException($"NVRTC {Version} no longer compiles for compute capability {capability / 10}.{capability % 10}: install an older one.");
        }

        bool exact = nearest == capability;
        // Products and sums round one by one, as on the CPU. NVRTC's other defaults are IEEE's: subnormals, division, square root.
        string[] options = [$"--gpu-architecture={(exact ? "sm" : "compute")}_{nearest}", "--fmad=false", "--std=c++17"];
        nint program;
        fixed (byte* source = Utf8(text), name = Utf8("neurons.cu"))
        {
            Check(
                ((delegate* unmanaged<nint*, byte*, byte*, int, nint, nint, int>)At("nvrtcCreateProgram"))(&program, source, name, 0, 0, 0),
                "nvrtcCreateProgram");
        }

        try
        {
            if (Compile(program, options) != 0)
            {
                throw new CudaException($"NVRTC {Version} does not compile the emitted kernels:\n{System.Text.Encoding.UTF8.GetString(Bytes(program, "ProgramLog")).TrimEnd('\0', '\n')}");
            }

            return Bytes(program, exact ? "CUBIN" : "PTX");
        }
        finally
        {
            Check(((delegate* unmanaged<nint*, int>)At("nvrtcDestroyProgram"))(&program), "nvrtcDestroyProgram");
        }
    }

    private int Compile(nint program, string[] options)
    {
        nint[] texts = [.. options.Select(Marshal.StringToCoTaskMemUTF8)];
        try
        {
            fixed (nint* first = texts)
            {
                return ((delegate* unmanaged<nint, int, nint*, int>)At("nvrtcCompileProgram"))(program, texts.Length, first);
            }
        }
        finally
        {
            Array.ForEach(texts, Marshal.FreeCoTaskMem);
        }
    }

    private byte[] Bytes(nint program, string what)
    {
        nuint size;
        Check(((delegate* unmanaged<nint, nuint*, int>)At($"nvrtcGet{what}Size"))(program, &size), what);
        byte[] bytes = new byte[size];
        fixed (byte* first = bytes)
        {
            Check(((delegate* unmanaged<nint, byte*, int>)At($"nvrtcGet{what}"))(program, first), what);
        }

        return bytes;
    }

    private nint At(string function) => NativeLibrary.TryGetExport(library, function, out nint address)
        ? address
        : throw new CudaException($"This NVRTC has no {function}: install version 11.2 or later.");

    private static byte[] Utf8(string text) => [.. System.Text.Encoding.UTF8.GetBytes(text), 0];

    private static void Check(int result, string what)
    {
        if (result != 0)
        {
            throw new CudaException($"NVRTC's {what} failed with error {result}.");
        }
    }
}
