namespace SnnDsl.Data;

/// <summary>Opens the user's files, with one sentence for each way in which that fails.</summary>
internal static class DataFiles
{
    private const int FirstChunk = 1 << 20;

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

    /// <summary>
    /// The next bytes of a stream, fewer where it ends before. Memory grows with what is there, not with what a header claims.
    /// </summary>
    public static byte[] ReadUpTo(Stream stream, int length)
    {
        byte[] content = GC.AllocateUninitializedArray<byte>(Math.Min(length, FirstChunk));
        int got = 0;
        while (true)
        {
            got += stream.ReadAtLeast(content.AsSpan(got), content.Length - got, throwOnEndOfStream: false);
            if (got < content.Length) return content[..got];
            if (got == length) return content;
            byte[] longer = GC.AllocateUninitializedArray<byte>((int)Math.Min(length, 2L * content.Length));
            content.CopyTo(longer, 0);
            content = longer;
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
