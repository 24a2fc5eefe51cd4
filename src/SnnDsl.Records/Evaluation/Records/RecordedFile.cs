namespace SnnDsl.Evaluation.Records;

/// <summary>A file beside the records.</summary>
/// <param name="Name">Its name in the folder of its kind, <c>RECORDS.counterexamples</c> or <c>RECORDS.proofs</c>.</param>
/// <param name="Sha256">The hash of its bytes.</param>
public sealed record RecordedFile(string Name, string Sha256);
