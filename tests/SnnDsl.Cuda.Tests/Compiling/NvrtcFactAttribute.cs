namespace SnnDsl.Cuda.Tests.Compiling;

/// <summary>A fact that needs NVRTC.</summary>
internal sealed class NvrtcFactAttribute : FactAttribute
{
    public NvrtcFactAttribute() => Skip = new NvrtcTheoryAttribute().Skip;
}
