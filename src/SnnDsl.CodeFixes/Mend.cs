using Microsoft.CodeAnalysis.Text;

namespace SnnDsl.CodeFixes;

/// <summary>One way to mend a declaration, as changes of text: everything else of the file stays as it is, its indentation and its ends of lines.</summary>
/// <param name="title">What an editor offers.</param>
/// <param name="key">The same for the same way of mending, so that an editor can mend all at once.</param>
/// <param name="changes">What is written in place of what.</param>
internal sealed class Mend(string title, string key, params TextChange[] changes)
{
    /// <summary>What an editor offers.</summary>
    public string Title => title;

    /// <summary>The same for the same way of mending.</summary>
    public string Key => key;

    /// <summary>What is written in place of what, from the top of the file to its end.</summary>
    public IEnumerable<TextChange> Changes => changes.OrderBy(change => change.Span.Start);
}
