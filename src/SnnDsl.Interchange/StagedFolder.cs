namespace SnnDsl.Interchange;

/// <summary>Files that come into a folder all together or not at all: they are written aside, and moved when every one of them is there.</summary>
internal sealed class StagedFolder : IDisposable
{
    private readonly string folder;
    private readonly bool isNew;
    private readonly string aside;

    /// <param name="folder">Where the files go; it is created, and taken away again if nothing comes into it.</param>
    public StagedFolder(string folder)
    {
        this.folder = folder;
        isNew = !Directory.Exists(folder);
        aside = Directory.CreateDirectory(Path.Combine(folder, $".{Guid.NewGuid():N}.tmp")).FullName;
    }

    /// <summary>Where a file is written until <see cref="Commit"/>.</summary>
    /// <param name="name">Its name.</param>
    public string At(string name) => Path.Combine(aside, name);

    /// <summary>Moves all files into the folder, over those of the same names; where one cannot be moved, those before it are taken back.</summary>
    public void Commit()
    {
        List<(string Target, string? Kept)> moved = [];
        try
        {
            foreach (string file in Directory.GetFiles(aside).Order(StringComparer.Ordinal))
            {
                string target = Path.Combine(folder, Path.GetFileName(file));
                string? kept = File.Exists(target) ? $"{file}.kept" : null;
                if (kept is null)
                {
                    File.Move(file, target);
                }
                else
                {
                    File.Replace(file, target, kept);
                }

                moved.Add((target, kept));
            }
        }
        catch
        {
            foreach (var (target, kept) in Enumerable.Reverse(moved))
            {
                if (kept is null)
                {
                    File.Delete(target);
                }
                else
                {
                    File.Move(kept, target, overwrite: true);
                }
            }

            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Directory.Delete(aside, recursive: true);
        if (isNew && !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            Directory.Delete(folder);
        }
    }
}
