namespace SnnDsl.Data;

/// <summary>A file of data is absent, damaged, or not what it was taken for.</summary>
/// <param name="message">One sentence: what was found, where, and what was expected.</param>
/// <param name="inner">The error underneath, if there is one.</param>
public class DataFileException(string message, Exception? inner = null) : Exception(message, inner);
