using System.Reflection;

namespace SnnDsl.CommandLine;

/// <summary>
/// Files that travel inside an assembly as <c>EmbeddedResource</c> items whose <c>LogicalName</c> is their path, with forward slashes:
/// <code>&lt;EmbeddedResource Include="Data/**/*.gz" LogicalName="Data/%(RecursiveDir)%(Filename)%(Extension)" /&gt;</code>
/// </summary>
/// <param name="Assembly">The assembly.</param>
/// <param name="Path">The folder of the files, or the one file.</param>
public sealed record EmbeddedFiles(Assembly Assembly, string Path)
{
    /// <summary>Opens the one file, or a file in the folder.</summary>
    /// <param name="name">The file's name in the folder; none where <see cref="Path"/> is the file.</param>
    /// <exception cref="InvalidOperationException">The assembly holds no such resource: the project file and the path disagree.</exception>
    public Stream Open(string? name = null)
    {
        string path = name is null ? Path : $"{Path}/{name}";
        return Assembly.GetManifestResourceStream(path) ?? throw new InvalidOperationException(
            $"{Assembly.GetName().Name} embeds no file '{path}': give the EmbeddedResource this LogicalName.");
    }
}
