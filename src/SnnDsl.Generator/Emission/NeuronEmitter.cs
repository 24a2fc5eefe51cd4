using SnnDsl.Generator.Emission.Kernels;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Emission;

/// <summary>The fused kernels of the network's neurons, one class for each distinct set of constants.</summary>
internal static class NeuronEmitter
{
    /// <summary>Writes the part of the class that holds the kernels.</summary>
    public static void Emit(KernelPlan plan, CodeWriter writer)
    {
        using var type = writer.Block($"partial class {plan.Frame.ClassName}");
        bool following = false;
        foreach (var kernel in plan.Kernels)
        {
            if (following)
            {
                writer.Line();
            }

            NeuronKernelEmitter.Emit(writer, kernel.Neuron, kernel.Name, "private");
            following = true;
        }
    }
}
