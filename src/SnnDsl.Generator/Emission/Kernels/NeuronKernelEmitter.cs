using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Emission.Kernels;

/// <summary>Emits the fused CPU kernels of one kind of neuron: a class of its own.</summary>
internal static class NeuronKernelEmitter
{
    /// <summary>The kernels' class as text.</summary>
    /// <param name="neuron">The neuron's constants.</param>
    /// <param name="className">The class's name.</param>
    /// <param name="accessibility">"internal", "private", ...</param>
    public static string Emit(NeuronModel neuron, string className, string accessibility = "internal")
    {
        var code = new CodeWriter();
        Emit(code, neuron, className, accessibility);
        return code.ToString();
    }

    /// <summary>Writes the kernels' class.</summary>
    /// <param name="code">Where to.</param>
    /// <param name="neuron">The neuron's constants.</param>
    /// <param name="className">The class's name.</param>
    /// <param name="accessibility">"internal", "private", ...</param>
    public static void Emit(CodeWriter code, NeuronModel neuron, string className, string accessibility = "internal")
    {
        var say = new CSharpDialect(code.SpellsTypes);
        var equations = new NeuronEquations(neuron, say);
        code.Doc($"<summary>Kernels for {equations.Summary}.</summary>");
        using var type = code.Block($"{accessibility} sealed partial class {className} : {RuntimeNames.VectorNeuronKernel}");
        code.Doc("<summary>Creates the kernels; they hold no state.</summary>")
            .Line($"public {className}()")
            .Line($"    : base(new({Constants(neuron)}){(neuron.Detached ? "\n    {\n        DetachesReset = true,\n    }" : "")})")
            .Line("{")
            .Line("}");
        Action<CodeWriter, NeuronEquations, KernelDialect>[] kernels =
        [
            FireKernels.Forward, FireKernels.Backward, IntervalKernels.Intervals, IntervalKernels.Backward,
            RelaxationKernels.Relax, RelaxationKernels.Backward, FireKernels.Surrogate,
        ];
        foreach (var emit in kernels)
        {
            emit(code.Line(), equations, say);
        }
    }

    private static string Constants(NeuronModel neuron) => string.Join(
        ", ",
        Numbers.Literal(neuron.Threshold),
        Numbers.Literal(neuron.Decay),
        $"global::SnnDsl.Reset.{neuron.Reset}",
        Numbers.Literal(neuron.ResetValue),
        $"global::SnnDsl.Surrogate.{neuron.Surrogate}",
        Numbers.Literal(neuron.SurrogateWidth));
}
