namespace SnnDsl.Verification.Records;

/// <summary>A record takes more time or memory than it may.</summary>
/// <param name="message">Which limit, as one sentence.</param>
internal sealed class LimitException(string message) : RejectedException(message);
