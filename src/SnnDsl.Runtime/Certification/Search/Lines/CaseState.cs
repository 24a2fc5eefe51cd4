namespace SnnDsl.Certification.Search;

/// <summary>What intervals say of a case.</summary>
internal enum CaseState
{
    /// <summary>A current or a membrane has no finite bounds: nothing is known of the case.</summary>
    NotFinite,

    /// <summary>Its splits contradict each other: it holds no input.</summary>
    Empty,

    /// <summary>Everything has finite bounds.</summary>
    Bounded,
}
