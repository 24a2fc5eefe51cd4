using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>Which implementation of spiking layers runs, in all networks of the process.</summary>
internal static class KernelChoice
{
    /// <summary>Fused kernels, or operations of TorchSharp alone.</summary>
    public static Engine Engine { get; set; } = Engine.Auto;

    /// <summary>In which numbers the dense products of the natural backward pass are taken, where layers run event-driven.</summary>
    public static GradientPrecision Gradients { get; set; }

    /// <summary>Whether fused CPU kernels can take a tensor.</summary>
    /// <param name="tensor">The tensor.</param>
    public static bool IsOnCores(Tensor tensor) =>
        Engine != Engine.Plain && tensor.dtype == ScalarType.Float32 && tensor.device_type == DeviceType.CPU;
}
