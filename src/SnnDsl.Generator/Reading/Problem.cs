using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Parsing;

/// <summary>Something wrong with a declaration, without a Roslyn type: an analyzer makes a diagnostic of it.</summary>
/// <remarks>Equality: id, place and arguments.</remarks>
/// <param name="Id">The diagnostic's id, one of <see cref="ProblemIds"/>.</param>
/// <param name="Place">Where it lies.</param>
/// <param name="Arguments">What the message names.</param>
internal sealed record Problem(string Id, Place Place, EquatableArray<string> Arguments);
