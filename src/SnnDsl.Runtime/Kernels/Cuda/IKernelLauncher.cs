namespace SnnDsl.Kernels;

/// <summary>Starts the emitted CUDA kernels of one kind of neuron: on a device, or in tests on the CPU behind a shim.</summary>
internal interface IKernelLauncher
{
    /// <summary>Starts one kernel on torch's current stream, without waiting for it.</summary>
    /// <param name="kernel">Its name in the text.</param>
    /// <param name="threads">How many threads have work.</param>
    /// <param name="arguments">Its arguments in order, addresses too, each in the low bytes of 64 bits.</param>
    void Launch(string kernel, long threads, ReadOnlySpan<long> arguments);
}
