namespace SnnDsl.Verification.Records;

/// <summary>A record claims what is not so, or what cannot be found to be so.</summary>
/// <param name="message">Why, as one sentence.</param>
internal class RejectedException(string message) : Exception(message);
