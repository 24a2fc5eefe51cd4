using static TorchSharp.torch;

namespace SnnDsl.Cuda.Tests.OnTheGpu;

/// <summary>A theory that needs a graphics card, and says so where there is none.</summary>
internal sealed class GpuTheoryAttribute : TheoryAttribute
{
    public GpuTheoryAttribute()
    {
        if (!cuda.is_available())
        {
            Skip = "This machine has no CUDA device that torch can use, or torch is its CPU build (-p:SnnDslBackend=cuda takes the other).";
        }
    }
}
