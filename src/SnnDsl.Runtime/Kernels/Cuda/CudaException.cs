namespace SnnDsl.Kernels;

/// <summary>NVRTC or the CUDA driver refused something.</summary>
/// <param name="message">What, and why.</param>
internal sealed class CudaException(string message) : Exception(message);
