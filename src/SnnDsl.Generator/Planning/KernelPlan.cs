using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>What the files with kernels are made of. They are most of the emitted text and depend on little: an edit of anything else, such
/// as a layer's size, leaves them as they are.</summary>
/// <remarks>Equality: frame and kernels.</remarks>
/// <param name="Frame">Where the files stand.</param>
/// <param name="Kernels">The distinct neurons, in the order of the layers.</param>
internal sealed record KernelPlan(EmittedFrame Frame, EquatableArray<PlannedKernel> Kernels)
{
    /// <summary>Takes from a network's plan what its kernels need.</summary>
    public static KernelPlan Create(NetworkPlan plan, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var kernels = plan.Layers.Where(layer => layer.Layer.Neuron is not null).GroupBy(layer => layer.KernelName)
            .Select(group => new PlannedKernel(group.Key, group.First().Layer.Neuron!));
        return new KernelPlan(EmittedFrame.Of(plan.Spec), kernels.ToEquatableArray());
    }
}
