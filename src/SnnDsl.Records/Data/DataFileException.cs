namespace SnnDsl.Data;

/// <summary>A file of data is absent, damaged, or not what it was taken for.</summary>
/// <param name="message">One sentence: what was found, where, and what was expected.</param>
/// <param name="inner">The error underneath, if there is one.</param>
public class DataFileException(string message, Exception? inner = null) : Exception(OneLine(message), inner)
{
    private const int Longest = 4000;

    // Names and text from damaged files are quoted: they must not break the line, or be as long as the file.
    private static string OneLine(string message)
    {
        string line = string.Concat(message.Select(letter => char.IsControl(letter) ? '?' : letter));
        return line.Length <= Longest ? line : $"{line[..(Longest / 2)]} ... {line[^(Longest / 2)..]}";
    }
}
