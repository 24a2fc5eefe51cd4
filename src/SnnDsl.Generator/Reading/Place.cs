namespace SnnDsl.Generator.Parsing;

/// <summary>Where a problem lies, in words of the declaration; an analyzer finds the text span for it.</summary>
/// <remarks>Equality: all four values.</remarks>
/// <param name="Part">The part of the declaration.</param>
/// <param name="Index">Which attribute of that part, in source order.</param>
/// <param name="Argument">
/// A constructor parameter's or property's name (or, of <see cref="DeclarationPart.Member"/>, the member's), or null for the whole. Of several names, A|B, it is the
/// first that was written.
/// </param>
/// <param name="Code">The piece of a neuron's code, if it lies there.</param>
internal readonly record struct Place(DeclarationPart Part, int Index = 0, string? Argument = null, CodeSpan? Code = null);
