using SnnDsl.Data;

namespace SnnDsl.Serialization;

/// <summary>A safetensors file is absent or damaged, or does not fit the module that it is loaded into.</summary>
/// <param name="message">One sentence: what was found, where, and what was expected.</param>
/// <param name="inner">The error underneath, if there is one.</param>
public sealed class SafeTensorsException(string message, Exception? inner = null) : DataFileException(message, inner);
