namespace SnnDsl.Generator.Model;

/// <summary>An exception of ours on the way of one network.</summary>
/// <remarks>Equality: all three texts.</remarks>
/// <param name="Network">The class's full metadata name.</param>
/// <param name="Kind">The exception's type.</param>
/// <param name="Message">Its message, on one line.</param>
internal sealed record Fault(string Network, string Kind, string Message);
