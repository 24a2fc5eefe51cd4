namespace SnnDsl.CommandLine;

/// <summary>Something that whoever runs the program can put right: one sentence on standard error, exit code 2.</summary>
/// <param name="message">What was found and what to do, in one sentence.</param>
internal sealed class UsageException(string message) : Exception(message);
