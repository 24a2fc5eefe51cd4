namespace SnnDsl.Generator.Parsing;

/// <summary>A piece of the source outside of the declaration: in the code of a neuron's type.</summary>
/// <remarks>Equality: all three values.</remarks>
/// <param name="Tree">Which of the compilation's syntax trees.</param>
/// <param name="Start">Where it begins.</param>
/// <param name="Length">How long it is.</param>
internal readonly record struct CodeSpan(int Tree, int Start, int Length);
