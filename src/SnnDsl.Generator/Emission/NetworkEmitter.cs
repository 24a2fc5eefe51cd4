using SnnDsl.Generator.Model;
using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Emission;

/// <summary>The files of a network's own: all that is about its layers, and where its neurons' kernels are named.</summary>
internal static class NetworkEmitter
{
    /// <summary>The files in a fixed order.</summary>
    public static EquatableArray<EmittedFile> Emit(NetworkPlan plan)
    {
        // Bounds of a graph walk its nodes; a chain's are written out.
        return !plan.IsChain ? [File(plan.Spec, "Module", writer => ModuleEmitter.Emit(plan, writer))] :
        [
            File(plan.Spec, "Module", writer => ModuleEmitter.Emit(plan, writer)),
            File(plan.Spec, "Intervals", writer => IntervalEmitter.Emit(plan, writer)),
            File(plan.Spec, "LinearBounds", writer => LinearBoundEmitter.Emit(plan, writer)),
        ];
    }

    private static EmittedFile File(NetworkSpec spec, string concern, Action<CodeWriter> emit) =>
        EmittedFile.Of(spec.Class, concern, spec.SpellsTypes, spec.SpellsNames, emit);
}
