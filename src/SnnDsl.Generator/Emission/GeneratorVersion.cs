namespace SnnDsl.Generator.Emission;

/// <summary>The version that [GeneratedCode] names.</summary>
internal static class GeneratorVersion
{
    /// <summary>Major.minor.patch of this assembly.</summary>
    public static string Text { get; } = typeof(GeneratorVersion).Assembly.GetName().Version.ToString(3);
}
