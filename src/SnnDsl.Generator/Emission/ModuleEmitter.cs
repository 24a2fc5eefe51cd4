using SnnDsl.Generator.Planning;

namespace SnnDsl.Generator.Emission;

/// <summary>The class itself, with its documentation.</summary>
internal static class ModuleEmitter
{
    /// <summary>Writes the class.</summary>
    public static void Emit(NetworkPlan plan, CodeWriter writer)
    {
        ClassDocumentation.Write(plan, writer);
        using (writer.Block($"partial class {plan.Spec.ClassName}"))
        {
        }
    }
}
