using SnnDsl.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace SnnDsl.Soundness.Tests.Networks;

/// <summary>Where and how a network runs: precision, engine, device.</summary>
internal sealed record Platform(ScalarType Type, Engine Engine, DeviceType Device, double Tolerance)
{
    /// <summary>Plain operations in float64.</summary>
    public static Platform Double { get; } = new(ScalarType.Float64, Engine.Plain, DeviceType.CPU, 1e-9);

    /// <summary>Plain operations in float32.</summary>
    public static Platform Plain { get; } = new(ScalarType.Float32, Engine.Plain, DeviceType.CPU, 1e-4);

    /// <summary>The fused kernels.</summary>
    public static Platform Fused { get; } = new(ScalarType.Float32, Engine.Auto, DeviceType.CPU, 1e-4);

    /// <summary>The fused kernels on a graphics card.</summary>
    public static Platform Cuda { get; } = new(ScalarType.Float32, Engine.Auto, DeviceType.CUDA, 1e-4);

    /// <summary>Plain operations on a graphics card.</summary>
    public static Platform PlainCuda { get; } = new(ScalarType.Float32, Engine.Plain, DeviceType.CUDA, 1e-4);

    public static Platform Named(string name) => name switch
    {
        nameof(Double) => Double,
        nameof(Plain) => Plain,
        nameof(Fused) => Fused,
        nameof(PlainCuda) => PlainCuda,
        _ => Cuda,
    };

    public bool IsExact => Type == ScalarType.Float64;
}
