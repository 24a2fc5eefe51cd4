using SnnDsl.Generator.Emission.Kernels;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Emission;

/// <summary>The kernels of the network's neurons once more, as CUDA C in a string of each kernel class.</summary>
internal static class CudaEmitter
{
    /// <summary>Writes the part of the class that holds the texts.</summary>
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

            Emit(writer, CudaKernelEmitter.Emit(kernel.Neuron), kernel.Name);
            following = true;
        }
    }

    /// <summary>Writes the part of one kernel class.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="text">The translation unit.</param>
    /// <param name="className">The class's name.</param>
    public static void Emit(CodeWriter writer, string text, string className)
    {
        using var type = writer.Block($"partial class {className}");
        writer.Doc("<inheritdoc/>").Line("public override string CudaText =>");
        using (writer.Indent())
        {
            writer.Line("\"\"\"").Line(text.TrimEnd('\n')).Line("\"\"\";");
        }
    }
}
