using System.Text.Json;

namespace SnnDsl.CommandLine.Output;

/// <summary>How results are written for other programs.</summary>
internal static class JsonOutput
{
    /// <summary>On lines of their own, for people read them, too.</summary>
    public static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
}
