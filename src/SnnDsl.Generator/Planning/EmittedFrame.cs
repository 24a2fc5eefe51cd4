using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Planning;

/// <summary>Where an emitted file stands: its name, namespace, and the types around what is written.</summary>
/// <remarks>Equality: every value.</remarks>
/// <param name="Network">The class's full metadata name.</param>
/// <param name="FileName">What the files' names start with.</param>
/// <param name="Namespace">The namespace, or "" for the global one.</param>
/// <param name="ContainingTypes">The types around the class, outermost first.</param>
/// <param name="ClassName">The class.</param>
/// <param name="SpellsTypes">Whether locals state their types.</param>
internal sealed record EmittedFrame(
    string Network, string FileName, string Namespace, EquatableArray<ContainingType> ContainingTypes, string ClassName, bool SpellsTypes)
{
    /// <summary>The frame of a declaration's files.</summary>
    public static EmittedFrame Of(NetworkSpec spec) => new(
        spec.FullMetadataName, spec.FileName, spec.Namespace, spec.ContainingTypes, spec.ClassName, spec.SpellsTypes);
}
