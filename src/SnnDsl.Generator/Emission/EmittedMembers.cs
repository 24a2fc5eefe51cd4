namespace SnnDsl.Generator.Emission;

/// <summary>Names that the emitted half of a class uses, which neither a layer nor a member of the user's may have.</summary>
internal static class EmittedMembers
{
    /// <summary>The base class of every emitted network.</summary>
    public const string BaseClass = "SnnDsl.SpikingModule";

    /// <summary>Members that the emitted half declares itself, layers aside.</summary>
    public static HashSet<string> Names { get; } = ["forward"];

    /// <summary>Members of the base classes, which a layer's field would hide.</summary>
    public static HashSet<string> Inherited { get; } = ["train"];
}
