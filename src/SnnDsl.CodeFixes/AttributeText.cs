using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace SnnDsl.CodeFixes;

/// <summary>Changes of attributes as text: on lines of their own where their neighbours have them, ended and indented as those are.</summary>
internal static class AttributeText
{
    /// <summary>Writes attributes before another.</summary>
    public static TextChange Before(SourceText text, AttributeSyntax target, params string[] written)
    {
        bool shared = IsShared(target);
        int start = shared ? target.SpanStart : target.Parent!.SpanStart;
        string gap = Gap(text, start);
        return new TextChange(new TextSpan(start, 0), string.Concat(written.Select(one => (shared ? $"{one}," : $"[{one}]") + gap)));
    }

    /// <summary>Writes attributes behind another.</summary>
    public static TextChange Behind(SourceText text, AttributeSyntax target, params string[] written)
    {
        bool shared = IsShared(target);
        int start = shared ? target.SpanStart : target.Parent!.SpanStart, end = shared ? target.Span.End : target.Parent!.Span.End;
        if (!shared && OwnLines(text, target) is { } lines)
        {
            // Behind what is said of the other at the end of its line.
            var line = text.Lines.GetLineFromPosition(start);
            string lead = text.ToString(TextSpan.FromBounds(line.Start, start));
            return new TextChange(new TextSpan(lines.End, 0), string.Concat(written.Select(one => $"{lead}[{one}]{EndOfLine(text, line)}")));
        }

        string gap = Gap(text, start);
        return new TextChange(new TextSpan(end, 0), string.Concat(written.Select(one => (shared ? "," : "") + gap + (shared ? one : $"[{one}]"))));
    }

    /// <summary>Takes an attribute out; a comment behind it stays.</summary>
    public static TextChange Remove(SourceText text, AttributeSyntax attribute)
    {
        var list = (AttributeListSyntax)attribute.Parent!;
        int place = list.Attributes.IndexOf(attribute), last = list.Attributes.Count - 1;
        var span = last == 0 ? (OwnLines(text, attribute) is { } lines && text.ToString(lines).Trim() == list.ToString() ? lines : list.Span)
            : place < last ? TextSpan.FromBounds(attribute.SpanStart, list.Attributes[place + 1].SpanStart)
            : TextSpan.FromBounds(list.Attributes[place - 1].Span.End, attribute.Span.End);
        return new TextChange(span, "");
    }

    /// <summary>Puts an attribute elsewhere: with its line, and the comment behind it, where both have lines of their own.</summary>
    public static TextChange[] Move(SourceText text, AttributeSyntax moved, AttributeSyntax target, bool behind) =>
        OwnLines(text, moved) is { } lines && OwnLines(text, target) is { } there
            ? [new(lines, ""), new(new TextSpan(behind ? there.End : there.Start, 0), text.ToString(lines))]
            : [Remove(text, moved), behind ? Behind(text, target, moved.ToString()) : Before(text, target, moved.ToString())];

    /// <summary>Adds a named argument.</summary>
    public static TextChange With(AttributeSyntax attribute, string argument) => attribute.ArgumentList switch
    {
        null => new(new TextSpan(attribute.Name.Span.End, 0), $"({argument})"),
        { Arguments.Count: 0 } list => new(list.Span, $"({argument})"),
        var list => new(new TextSpan(list.Arguments.Last().Span.End, 0), $", {argument}"),
    };

    /// <summary>Takes arguments out; what stands between the others stays.</summary>
    public static TextChange Without(AttributeSyntax attribute, params string[] names)
    {
        var list = attribute.ArgumentList!;
        var arguments = list.Arguments;
        bool IsKept(AttributeArgumentSyntax argument) => !names.Contains(NameOf(argument));
        string text = list.ToString();
        for (int i = arguments.Count - 1; i >= 0; i--)
        {
            if (!IsKept(arguments[i]))
            {
                // With the comma behind it, or with the one before it where nothing follows.
                var (from, to) = arguments.Skip(i + 1).Any(IsKept) || i == 0
                    ? (arguments[i].SpanStart, i + 1 < arguments.Count ? arguments[i + 1].SpanStart : arguments[i].Span.End)
                    : (arguments[i - 1].Span.End, arguments[i].Span.End);
                text = text.Remove(from - list.SpanStart, to - from);
            }
        }

        return new(list.Span, arguments.Any(IsKept) ? text : "");
    }

    /// <summary>The name that an argument is written with: Decay = 0.5, features: 10; null for one by its position.</summary>
    public static string? NameOf(AttributeArgumentSyntax argument) => (argument.NameEquals?.Name ?? argument.NameColon?.Name)?.Identifier.ValueText;

    /// <summary>The name that an attribute is written with, without a namespace.</summary>
    public static string TitleOf(AttributeSyntax attribute) => attribute.Name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        var other => other.ToString(),
    };

    private static bool IsShared(AttributeSyntax attribute) => ((AttributeListSyntax)attribute.Parent!).Attributes.Count > 1;

    // What stands between this and what is written before it: the start of a line like this one's, or a space.
    private static string Gap(SourceText text, int start)
    {
        var line = text.Lines.GetLineFromPosition(start);
        string lead = text.ToString(TextSpan.FromBounds(line.Start, start));
        return lead.Trim().Length == 0 ? EndOfLine(text, line) + lead : " ";
    }

    // The lines of a list that holds this alone, if nothing but a comment stands beside it.
    private static TextSpan? OwnLines(SourceText text, AttributeSyntax attribute)
    {
        var list = (AttributeListSyntax)attribute.Parent!;
        TextLine first = text.Lines.GetLineFromPosition(list.SpanStart), last = text.Lines.GetLineFromPosition(list.Span.End);
        string rest = text.ToString(TextSpan.FromBounds(list.Span.End, last.End)).Trim();
        bool isAlone = list.Attributes.Count == 1 && text.ToString(TextSpan.FromBounds(first.Start, list.SpanStart)).Trim().Length == 0
            && (rest.Length == 0 || rest.StartsWith("//", StringComparison.Ordinal));
        return isAlone ? TextSpan.FromBounds(first.Start, last.EndIncludingLineBreak) : null;
    }

    private static string EndOfLine(SourceText text, TextLine line)
    {
        string end = text.ToString(TextSpan.FromBounds(line.End, line.EndIncludingLineBreak));
        return end.Length > 0 ? end : "\n";
    }
}
