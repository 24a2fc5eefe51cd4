namespace SnnDsl.CommandLine.Tests;

/// <summary>A test that opens pages in Chromium, headless; it is skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = Browser is null ? "There is no Chromium on the path (chromium, chromium-browser, google-chrome): Debian's package is chromium." : null;

    /// <summary>The browser; null where there is none.</summary>
    public static string? Browser { get; } = (
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        from name in new[] { "chromium", "chromium-browser", "google-chrome" }
        let path = Path.Combine(folder, name)
        where File.Exists(path)
        select path).FirstOrDefault();
}
