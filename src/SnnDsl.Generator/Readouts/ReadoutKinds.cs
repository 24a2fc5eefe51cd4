namespace SnnDsl.Generator.Readouts;

/// <summary>The registry of readout kinds.</summary>
internal static class ReadoutKinds
{
    /// <summary>All kinds: the one list that a new kind must be added to.</summary>
    public static IReadOnlyList<ReadoutKind> All { get; } = [MeanReadout.OwnKind, MembraneReadout.OwnKind, MembraneReadout.IntegratorKind];
}
