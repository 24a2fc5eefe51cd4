namespace SnnDsl.Kernels;

/// <summary>Which implementation of the spiking layers runs.</summary>
public enum Engine
{
    /// <summary>The fused kernels where they exist (float32, on the CPU or on CUDA), TorchSharp's operations elsewhere.</summary>
    Auto,

    /// <summary>TorchSharp's operations everywhere.</summary>
    Plain,
}
