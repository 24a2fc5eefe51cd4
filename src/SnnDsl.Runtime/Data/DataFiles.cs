namespace SnnDsl.Data;

/// <summary>Opens the user's files, with one sentence for each way in which that fails.</summary>
internal static class DataFiles
{
    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="DataFileException">It is absent or may not be read.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException($"There is no data file '{path}'.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException($"The data file '{path}' cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>All bytes of a file.</summary>
    /// <exception cref="DataFileException">It is absent or may not be read.</exception>
    public static byte[] ReadAll(string path)
    {
        using FileStream file = Open(path);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
