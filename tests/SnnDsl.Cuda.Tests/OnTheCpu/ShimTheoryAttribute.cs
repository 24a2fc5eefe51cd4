namespace SnnDsl.Cuda.Tests.OnTheCpu;

/// <summary>A theory that runs CUDA C on the CPU, which takes a C++ compiler.</summary>
internal sealed class ShimTheoryAttribute : TheoryAttribute
{
    public ShimTheoryAttribute()
    {
        if (ShimLauncher.Compiler is null)
        {
            Skip = "There is no C++ compiler (g++ or clang++) on the path to build the emitted CUDA C for the CPU with.";
        }
    }
}
