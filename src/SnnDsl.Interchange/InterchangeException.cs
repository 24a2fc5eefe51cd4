using SnnDsl.Data;

namespace SnnDsl.Interchange;

/// <summary>A file of another library is absent, damaged, or says something that this network or this project cannot be.</summary>
/// <param name="message">One sentence: what was found, at which tensor or node, and what to do.</param>
/// <param name="inner">The error underneath, if there is one.</param>
public sealed class InterchangeException(string message, Exception? inner = null) : DataFileException(message, inner);
