using System.CommandLine;

namespace SnnDsl.CommandLine.Options;

/// <summary>Checks a file's place before hours of work are spent on what goes there.</summary>
internal static class OutputFile
{
    /// <summary>An option that takes a picture's file.</summary>
    public static Option<string> Picture(string name, string description) => new(name) { HelpName = "FILE", Description = $"{description} (.png or .svg)." };

    /// <summary>Refuses a path that cannot become a picture, PNG or SVG by its name.</summary>
    public static void CheckPicture(string? path, string option)
    {
        Check(path, option);
        if (path is not null && !Figure.IsSvg(path) && !Figure.IsPng(path))
        {
            throw new UsageException($"{option} '{path}' is neither a .png nor an .svg: give a name that ends in one of them.");
        }
    }

    /// <summary>Refuses a path that cannot become a file.</summary>
    public static void Check(string? path, string option)
    {
        if (path is null)
        {
            return;
        }

        if (path.Length == 0 || Directory.Exists(path))
        {
            throw new UsageException($"{option} '{path}' is a folder: give the name of a file.");
        }

        for (string? folder = Path.GetDirectoryName(Path.GetFullPath(path)); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(folder))
            {
                throw new UsageException($"{option} '{path}' cannot be written, because '{folder}' is a file and not a folder.");
            }
        }
    }
}
