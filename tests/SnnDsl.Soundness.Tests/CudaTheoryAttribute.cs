using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests;

/// <summary>A theory that needs a graphics card, and says so where there is none.</summary>
internal sealed class CudaTheoryAttribute : TheoryAttribute
{
    public CudaTheoryAttribute()
    {
        if (!cuda.is_available())
        {
            Skip = "This machine has no CUDA device that torch can use.";
        }
    }
}
