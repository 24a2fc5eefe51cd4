using System.Text;
using SnnDsl.Generator.Model;

namespace SnnDsl.Generator.Emission;

/// <summary>Writes indented text: lines end with \n, numbers are the same under every culture.</summary>
/// <param name="spellsTypes">Whether locals state their types, because a type of the user's own hides var or nint.</param>
/// <param name="indent">How many levels deep the text stands.</param>
internal sealed class CodeWriter(bool spellsTypes = false, int indent = 0)
{
    private readonly StringBuilder _text = new(1 << 14);
    private int _indent = indent;

    /// <summary>Whether locals state their types.</summary>
    public bool SpellsTypes => spellsTypes;

    /// <summary>What declares a local of this type: "var", where that still means it.</summary>
    public string Let(string type) => spellsTypes ? type : "var";

    /// <summary>One line, or several that are separated by \n; an empty one stays empty.</summary>
    public CodeWriter Line(string text = "")
    {
        for (int start = 0, end; start <= text.Length; start = end + 1)
        {
            end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            if (end > start)
            {
                _text.Append(' ', 4 * _indent).Append(text, start, end - start);
            }

            _text.Append('\n');
        }

        return this;
    }

    /// <summary>A comment of one or several lines.</summary>
    public CodeWriter Comment(string text)
    {
        foreach (string line in text.Split('\n'))
        {
            Line(line.Length > 0 ? "// " + line : "//");
        }

        return this;
    }

    /// <summary>A documentation comment whose lines are already XML.</summary>
    public CodeWriter Doc(string xml)
    {
        foreach (string line in xml.Split('\n'))
        {
            Line("/// " + line);
        }

        return this;
    }

    /// <summary>A header, then braces around what is written until the result is disposed.</summary>
    /// <param name="header">What stands before the opening brace.</param>
    /// <param name="end">What closes the block.</param>
    public IDisposable Block(string header, string end = "}")
    {
        Line(header).Line("{");
        _indent++;
        return new Closing(this, end);
    }

    /// <summary>One level more of indentation until the result is disposed.</summary>
    public IDisposable Indent()
    {
        _indent++;
        return new Closing(this, null);
    }

    /// <summary>A float32 literal: "0.25f".</summary>
    public static string Literal(float value) => Numbers.Literal(value);

    /// <summary>Text as the content of an XML comment.</summary>
    public static string Xml(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    /// <summary>Text of one line as a string literal.</summary>
    public static string Quote(string text) => "\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"";

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    private sealed class Closing(CodeWriter writer, string? end) : IDisposable
    {
        public void Dispose()
        {
            writer._indent--;
            if (end is not null)
            {
                writer.Line(end);
            }
        }
    }
}
