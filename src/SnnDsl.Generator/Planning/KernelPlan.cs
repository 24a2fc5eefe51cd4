using System.Collections.Immutable;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>The kernels that a network needs.</summary>
/// <remarks>Equality: every kernel.</remarks>
/// <param name="Kernels">The distinct neurons, in the order of the layers.</param>
internal sealed record KernelPlan(EquatableArray<PlannedKernel> Kernels)
{
    /// <summary>Takes from a network's plan what its kernels need.</summary>
    public static KernelPlan Create(NetworkPlan plan, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return new KernelPlan(plan.Layers.Select(layer => layer.Layer.Neuron).OfType<NeuronModel>().Distinct()
            .Select(neuron => new PlannedKernel(neuron, plan.Spec.SpellsTypes, plan.Spec.Class.FullMetadataName)).ToEquatableArray());
    }

    /// <summary>The kernels of a compilation, each once; faults stay what they are.</summary>
    /// <param name="plans">Those of its networks.</param>
    /// <param name="cancellation">Stops it.</param>
    public static IEnumerable<Outcome<PlannedKernel>> Distinct(ImmutableArray<Outcome<KernelPlan>> plans, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var kernels = plans.SelectMany(plan => plan.Value is null ? [] : plan.Value.Kernels.AsEnumerable()).GroupBy(kernel => kernel.Neuron)
            .Select(same => new Outcome<PlannedKernel>(same.First() with { SpellsTypes = same.Any(kernel => kernel.SpellsTypes) }, null));
        return kernels.Concat(plans.Where(plan => plan.Fault is not null).Select(plan => new Outcome<PlannedKernel>(null, plan.Fault)));
    }
}
