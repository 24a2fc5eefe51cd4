using System.Globalization;
using System.Net;
using System.Text;

namespace SnnDsl.CommandLine.Html;

/// <summary>One HTML file that needs nothing else: no script, no font, no picture from elsewhere.</summary>
internal sealed class Page(string title)
{
    private readonly StringBuilder body = new();

    /// <summary>Text as it is, whatever characters it holds.</summary>
    public static string Text(string words) => WebUtility.HtmlEncode(words);

    /// <summary>A name as it is, which turns the direction of no words around it.</summary>
    public static string Name(string words) => $"<bdi>{Text(words)}</bdi>";

    /// <summary>A number, always with a decimal point.</summary>
    public static string Number(double value, string format = "0.####") => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A count: 10,000.</summary>
    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>A table; cells are HTML. Columns after the first are numbers, on the right.</summary>
    public static string Table(IEnumerable<string> heads, IEnumerable<IEnumerable<string>> rows)
    {
        string Row(IEnumerable<string> cells, string tag) => $"<tr>{string.Concat(cells.Select(cell => $"<{tag}>{cell}</{tag}>"))}</tr>";
        return $"<div class=\"wide\"><table><thead>{Row(heads, "th")}</thead><tbody>{string.Join("\n", rows.Select(row => Row(row, "td")))}</tbody></table></div>";
    }

    /// <summary>A figure with how it is read below it.</summary>
    public static string Figure(Figure figure) =>
        $"<figure>{figure.InPage()}{(figure.Caption.Length == 0 ? "" : $"<figcaption>{Text(figure.Caption)}</figcaption>")}</figure>";

    /// <summary>Adds HTML.</summary>
    public Page Add(string html)
    {
        body.Append(html).Append('\n');
        return this;
    }

    /// <summary>Adds a paragraph; its words are HTML.</summary>
    public Page Say(string html) => Add($"<p>{html}</p>");

    /// <summary>Begins a section.</summary>
    public Page Head(string words) => Add($"<h2>{Text(words)}</h2>");

    /// <summary>The whole file.</summary>
    public override string ToString() =>
        $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(title)}</title>
        <style>
        {Style.Sheet}
        </style>
        </head>
        <body>
        <main>
        {body}</main>
        </body>
        </html>

        """;
}
