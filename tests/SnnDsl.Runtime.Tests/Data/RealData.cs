namespace SnnDsl.Runtime.Tests;

/// <summary>The published data sets, in a folder shared/data beside this repository or above it.</summary>
internal static class RealData
{
    public static string Root { get; } = Find("shared/data",
        "The published data sets are needed: put the folder shared/data (mnist, fashion-mnist, nmnist) beside the repository.");

    public static string Mnist => Path.Combine(Root, "mnist");

    public static string FashionMnist => Path.Combine(Root, "fashion-mnist");

    public static string NMnist => Path.Combine(Root, "nmnist", "nmnist-1100.zip");

    public static string Examples { get; } = Find("examples", "The folder examples of the repository is needed.");

    private static string Find(string relative, string otherwise)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, relative);
            if (Directory.Exists(candidate)) return candidate;
        }
        throw new DirectoryNotFoundException(otherwise);
    }
}
