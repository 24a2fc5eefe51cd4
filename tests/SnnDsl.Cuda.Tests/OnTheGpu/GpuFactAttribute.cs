namespace SnnDsl.Cuda.Tests.OnTheGpu;

/// <summary>A fact that needs a graphics card.</summary>
internal sealed class GpuFactAttribute : FactAttribute
{
    public GpuFactAttribute() => Skip = new GpuTheoryAttribute().Skip;
}
