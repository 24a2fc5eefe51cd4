using SnnDsl.Generator.Emission.Kernels;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Emission;

/// <summary>The fused kernels of the network's neurons, one class for each distinct set of constants.</summary>
internal static class NeuronEmitter
{
    /// <summary>Writes the part of the class that holds the kernels.</summary>
    public static void Emit(NetworkPlan plan, CodeWriter writer)
    {
        using var type = writer.Block($"partial class {plan.Spec.ClassName}");
        bool following = false;
        foreach (var layer in plan.KernelLayers)
        {
            if (following)
            {
                writer.Line();
            }

            NeuronKernelEmitter.Emit(writer, layer.Layer.Neuron!, layer.KernelName, "private");
            following = true;
        }
    }
}
