namespace SnnDsl.Generator.Emission;

/// <summary>One generated file.</summary>
/// <remarks>Equality: name and text.</remarks>
/// <param name="HintName">The file's name, which starts with the class's full metadata name.</param>
/// <param name="Text">Its text, lines end with \n.</param>
internal sealed record EmittedFile(string HintName, string Text);
