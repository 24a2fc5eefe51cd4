using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Emission;

/// <summary>The files that one step emits for one network.</summary>
/// <remarks>Equality: every file.</remarks>
/// <param name="Files">The files in a fixed order.</param>
internal sealed record EmittedFiles(EquatableArray<EmittedFile> Files);
