using SnnDsl.Kernels.Derived;
using static TorchSharp.torch;

namespace SnnDsl.Kernels;

/// <summary>
/// What takes the place of the neurons' own surrogates in backward passes of this thread: an attack may look for its way by other gradients than
/// training did. Spikes stay what they are; layers run by their equations meanwhile.
/// </summary>
internal abstract class SpikeGradient
{
    /// <summary>What is in force on this thread; null for the neurons' own.</summary>
    [field: ThreadStatic]
    public static SpikeGradient? Current { get; private set; }

    /// <summary>A layer's spikes, [T, B, ...], with this gradient.</summary>
    /// <param name="current">I, [T, B, ...], or [B, ...] where it is the same at every step.</param>
    /// <param name="factors">The neurons' equations.</param>
    /// <param name="steps">T.</param>
    /// <param name="constant">Whether the current is the same at every step.</param>
    public abstract Tensor Fire(Tensor current, StepFactors factors, int steps, bool constant);

    /// <summary>Runs something with a gradient in force.</summary>
    /// <param name="gradient">The gradient; null for the neurons' own.</param>
    /// <param name="run">What is run.</param>
    public static T With<T>(SpikeGradient? gradient, Func<T> run)
    {
        var before = Current;
        Current = gradient;
        try
        {
            return run();
        }
        finally
        {
            Current = before;
        }
    }
}
