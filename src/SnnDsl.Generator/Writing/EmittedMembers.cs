namespace SnnDsl.Generator.Emission;

/// <summary>The names that the emitted half of a class uses, so that neither a layer nor a member of the user's takes one of them.</summary>
internal static class EmittedMembers
{
    /// <summary>The base class of every emitted network.</summary>
    public const string BaseClass = "SnnDsl.Networks.SpikingModule";

    /// <summary>The emitted constructor's parameters, as a message shows them.</summary>
    public const string ConstructorParameters = "(long seed = 0)";

    /// <summary>Members that the emitted half declares itself, layers aside.</summary>
    public static HashSet<string> Names { get; } = ["Simulate", "Stages", "PropagateIntervals", "ReadOut", "PropagateBack", "Table"];

    /// <summary>Parameters and locals of emitted methods, which would hide a layer's member.</summary>
    public static HashSet<string> Locals { get; } = ["input", "query", "form", "random", "seed"];

    /// <summary>Types that arguments of the attributes name: a member of that name would stand for them there.</summary>
    public static HashSet<string> Enumerations { get; } = ["Encoding", "Reset", "Surrogate"];

    /// <summary>All names that a layer brings: its own, and those made from it.</summary>
    public static IEnumerable<string> OfLayer(string name) =>
    [
        name, $"{name}Map", $"{name}Output", $"{name}Spikes", $"{name}Bounds",
    ];
}
