using System.Reflection;

namespace SnnDsl.Generator.Tests.Harness;

/// <summary>
/// Texts that are kept in the repository, under Golden/, and compared as a set, and pages of docs/ that the code writes. Run the tests with SNNDSL_UPDATE_GOLDEN=1 to rewrite
/// them, then read the difference.
/// </summary>
public static class Golden
{
    private static readonly string s_project =
        typeof(Golden).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "ProjectFolder").Value!;

    private static readonly string s_folder = Path.Combine(s_project, "Golden");

    private static bool Updates => Environment.GetEnvironmentVariable("SNNDSL_UPDATE_GOLDEN") == "1";

    /// <summary>One text against Golden/<paramref name="name"/>.</summary>
    public static void Match(string name, string text) =>
        MatchSet(Path.GetDirectoryName(name) ?? "", [(Path.GetFileName(name), text)], wholeFolder: false);

    /// <summary>A page against docs/<paramref name="name"/>.</summary>
    public static void MatchDocument(string name, string text) =>
        MatchSet(Path.GetFullPath(Path.Combine(s_project, "..", "..", "docs")), [(name, text)], wholeFolder: false);

    /// <summary>Texts against all files of a folder: one too many or too few is a difference as well.</summary>
    public static void MatchSet(string folder, IReadOnlyList<(string Name, string Text)> files, bool wholeFolder = true)
    {
        string path = Path.Combine(s_folder, folder);
        if (Updates)
        {
            if (wholeFolder && Directory.Exists(path))
            {
                Directory.Delete(path, recursive: true);
            }

            Directory.CreateDirectory(path);
            files.ToList().ForEach(file => File.WriteAllText(Path.Combine(path, file.Name), file.Text));
        }

        if (wholeFolder)
        {
            var kept = Directory.Exists(path) ? Directory.GetFiles(path).Select(Path.GetFileName) : [];
            Assert.Equal(files.Select(file => file.Name).Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
        }

        foreach (var (name, text) in files)
        {
            string file = Path.Combine(path, name);
            Assert.True(File.Exists(file), $"Golden file {Path.Combine(folder, name)} is missing: run with SNNDSL_UPDATE_GOLDEN=1.");
            Assert.Equal(File.ReadAllText(file).ReplaceLineEndings("\n"), text);
        }
    }
}
