using SnnDsl.Data;

namespace SnnDsl.Verification.Records;

/// <summary>The lines of a record file, one after the other, none of which may be of any length.</summary>
internal static class RecordLines
{
    /// <summary>How many bytes a line may have.</summary>
    public const int MostBytes = 16 << 20;

    /// <summary>About how many there are.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">There is no such file.</exception>
    public static int Count(string path)
    {
        using var file = Open(path);
        byte[] part = new byte[1 << 16];
        int count = 0;
        for (int read = file.Read(part); read > 0; read = file.Read(part))
        {
            count += part.AsSpan(0, read).Count((byte)'\n');
        }

        return count;
    }

    /// <summary>The lines, without their line feeds; null for one that is too long. A last line may be torn.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="DataFileException">There is no such file.</exception>
    public static IEnumerable<string?> Read(string path)
    {
        using var file = new BufferedStream(Open(path), 1 << 16);
        using var line = new MemoryStream();
        bool isTooLong = false;
        for (int next = file.ReadByte(); next >= 0; next = file.ReadByte())
        {
            if (next == '\n')
            {
                yield return isTooLong ? null : Text(line);
                line.SetLength(0);
                isTooLong = false;
            }
            else if (line.Length < MostBytes)
            {
                line.WriteByte((byte)next);
            }
            else
            {
                isTooLong = true;
            }
        }

        if (line.Length > 0)
        {
            yield return isTooLong ? null : Text(line);
        }
    }

    private static string Text(MemoryStream line) => System.Text.Encoding.UTF8.GetString(line.GetBuffer(), 0, (int)line.Length);

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataFileException($"There is no record file '{path}'.", error);
        }
    }
}
