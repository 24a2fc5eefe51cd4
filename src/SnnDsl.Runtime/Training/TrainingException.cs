namespace SnnDsl.Training;

/// <summary>Training cannot start, go on or be taken up again.</summary>
/// <param name="message">One sentence: what was found, and what to do.</param>
/// <param name="inner">The error underneath, if there is one.</param>
public sealed class TrainingException(string message, Exception? inner = null) : Exception(message, inner);
