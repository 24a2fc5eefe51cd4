namespace SnnDsl.Evaluation.Records;

/// <summary>A kind of record.</summary>
public interface IRecordKind
{
    /// <summary>The kind and the version of its format: what <see cref="SampleRecord.Format"/> must say.</summary>
    static abstract string FormatName { get; }
}
