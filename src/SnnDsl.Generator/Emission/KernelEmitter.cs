using SnnDsl.Generator.Emission.Kernels;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Emission;

/// <summary>The files of one kind of neuron: its kernels in C#, and the same as CUDA C in a string of the class.</summary>
internal static class KernelEmitter
{
    /// <summary>The files in a fixed order.</summary>
    public static EquatableArray<EmittedFile> Emit(PlannedKernel kernel) =>
    [
        File(kernel, "", writer => NeuronKernelEmitter.Emit(writer, kernel.Neuron, kernel.Neuron.Name)),
        File(kernel, ".Cuda", writer => EmitText(kernel.Neuron, writer)),
    ];

    private static void EmitText(NeuronModel neuron, CodeWriter writer)
    {
        using var type = writer.Block($"partial class {neuron.Name}");
        writer.Doc("<inheritdoc/>").Line("public override string CudaText =>");
        using (writer.Indent())
        {
            writer.Line("\"\"\"").Line(CudaKernelEmitter.Emit(neuron).TrimEnd('\n')).Line("\"\"\";");
        }
    }

    private static EmittedFile File(PlannedKernel kernel, string half, Action<CodeWriter> emit) => EmittedFile.Of(
        $"{RuntimeNames.Kernels}.{kernel.Neuron.Name}{half}.g.cs", RuntimeNames.Kernels, kernel.SpellsTypes, spellsNames: false, emit);
}
