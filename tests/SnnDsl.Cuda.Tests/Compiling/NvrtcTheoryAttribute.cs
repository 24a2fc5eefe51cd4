using SnnDsl.Kernels;

namespace SnnDsl.Cuda.Tests.Compiling;

/// <summary>A theory that needs NVRTC, and says so where it is not installed.</summary>
internal sealed class NvrtcTheoryAttribute : TheoryAttribute
{
    public NvrtcTheoryAttribute()
    {
        if (Nvrtc.Here is null)
        {
            Skip = "NVRTC is not installed: eng/install-nvrtc.sh installs it on Debian; it needs no GPU.";
        }
    }
}
