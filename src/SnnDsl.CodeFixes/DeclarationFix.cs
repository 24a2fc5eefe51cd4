using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace SnnDsl.CodeFixes;

/// <summary>A fix of a declared network. A kind says which diagnostics it knows, and what it would write.</summary>
public abstract class DeclarationFix : CodeFixProvider
{
    private protected DeclarationFix()
    {
    }

    /// <inheritdoc/>
    public override FixAllProvider? GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var document = context.Document;
        if (await DeclaredNetwork.Read(document, context.Span, context.CancellationToken).ConfigureAwait(false) is not { } network)
        {
            return;
        }

        foreach (var diagnostic in context.Diagnostics)
        {
            foreach (var mend in Mends(network, diagnostic))
            {
                context.RegisterCodeFix(
                    CodeAction.Create(mend.Title, _ => Task.FromResult(document.WithText(network.Text.WithChanges(mend.Changes))), mend.Key),
                    diagnostic);
            }
        }
    }

    /// <summary>The ways to mend a mistake; none where it cannot be known what was meant.</summary>
    private protected abstract IEnumerable<Mend> Mends(DeclaredNetwork network, Diagnostic diagnostic);
}
