namespace SnnDsl.Generator.Emission;

/// <summary>What the emitted half of a class brings, so that neither a layer nor a member of the user's may have these names.</summary>
internal static class EmittedMembers
{
    /// <summary>The base class of every emitted network.</summary>
    public const string BaseClass = "SnnDsl.Networks.SpikingModule";

    /// <summary>Members that the emitted half declares itself, layers aside.</summary>
    public static HashSet<string> Names { get; } = ["forward", "Simulate", "PropagateIntervals", "ReadOut", "PropagateBack"];
}
