using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace SnnDsl.Generator.Tests.Harness;

/// <summary>A source in which <c>{|SNN020:0|}</c> says that SNN020 is expected exactly on the <c>0</c>.</summary>
public sealed record MarkedSource(string Text, IReadOnlyList<(string Id, TextSpan Span)> Expected)
{
    public static MarkedSource Parse(string marked)
    {
        var text = new StringBuilder();
        var open = new Stack<(string Id, int Start)>();
        List<(string Id, TextSpan Span)> expected = [];
        for (int i = 0; i < marked.Length;)
        {
            if (marked.AsSpan(i).StartsWith("{|"))
            {
                int colon = marked.IndexOf(':', i);
                open.Push((marked[(i + 2)..colon], text.Length));
                i = colon + 1;
            }
            else if (marked.AsSpan(i).StartsWith("|}"))
            {
                var (id, start) = open.Pop();
                expected.Add((id, TextSpan.FromBounds(start, text.Length)));
                i += 2;
            }
            else
            {
                text.Append(marked[i++]);
            }
        }

        Assert.Empty(open);
        return new MarkedSource(text.ToString(), expected);
    }

    /// <summary>Marks what was found, so that a failure shows both texts side by side.</summary>
    public static string Mark(string text, IEnumerable<(string Id, TextSpan Span)> found)
    {
        var marks = found.SelectMany(item => new[]
        {
            (At: item.Span.End, Order: 0, Length: -item.Span.Length, Mark: "|}"),
            (At: item.Span.Start, Order: 1, Length: -item.Span.Length, Mark: $"{{|{item.Id}:"),
        });
        var result = new StringBuilder();
        int done = 0;
        // At one place: ends before starts, and of several starts the longest span first.
        foreach (var (at, _, _, mark) in marks.OrderBy(mark => mark.At).ThenBy(mark => mark.Order)
            .ThenBy(mark => mark.Order == 1 ? mark.Length : 0).ThenBy(mark => mark.Mark, StringComparer.Ordinal))
        {
            result.Append(text, done, at - done).Append(mark);
            done = at;
        }

        return result.Append(text, done, text.Length - done).ToString();
    }
}
