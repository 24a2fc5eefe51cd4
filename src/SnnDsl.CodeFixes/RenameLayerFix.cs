using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.CodeFixes;

/// <summary>Gives a layer the next free name where its own cannot be: it is another layer's, a member's, or no name at all.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RenameLayerFix))]
public sealed class RenameLayerFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        ImmutableArray.Create(ProblemIds.NameNotIdentifier, ProblemIds.NameReserved, ProblemIds.NameDuplicate);

    /// <summary>One layer after the other: two duplicates that were mended by themselves would both take the same free name.</summary>
    public override FixAllProvider GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
    {
        var text = await document.GetTextAsync(context.CancellationToken).ConfigureAwait(false);
        List<TextChange> changes = [];
        Dictionary<ISymbol, List<string>> names = new(SymbolEqualityComparer.Default);
        foreach (var diagnostic in diagnostics.OrderBy(diagnostic => diagnostic.Location.SourceSpan.Start))
        {
            if (await DeclaredNetwork.Read(document, diagnostic.Location.SourceSpan, context.CancellationToken).ConfigureAwait(false) is not { Layer: >= 0 } network)
            {
                continue;
            }

            if (!names.TryGetValue(network.Symbol, out var known))
            {
                names.Add(network.Symbol, known = [.. network.Parsed.Names]);
            }

            string free = NextFree(network, known, network.Layer);
            changes.AddRange(Rename(network, diagnostic.Id, known[network.Layer], free));
            known[network.Layer] = free;
        }

        return document.WithText(text.WithChanges(changes.OrderBy(change => change.Span.Start)));
    });

    private protected override IEnumerable<Mend> Mends(DeclaredNetwork network, Diagnostic diagnostic)
    {
        if (network.Layer >= 0)
        {
            string free = NextFree(network, network.Parsed.Names, network.Layer);
            yield return new(
                $"Rename to '{free}'", nameof(RenameLayerFix), [.. Rename(network, diagnostic.Id, network.Parsed.Names[network.Layer], free)]);
        }
    }

    // fc1 becomes fc2, or fc3 if that is taken; name becomes name2. Taken is what the rule of the diagnostics refuses, here or at another layer.
    private static string NextFree(DeclaredNetwork network, IReadOnlyList<string> names, int index)
    {
        var before = new HashSet<Place>(Refused(names));
        before.RemoveWhere(place => place.Index == index);
        string name = NameRules.IsIdentifier(names[index]) ? names[index] : Letters(names[index], network.Attributes.Layers[index].NamePrefix);
        string stem = name.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        return Enumerable.Range(2, int.MaxValue - 2).Select(number => stem + number.ToString(CultureInfo.InvariantCulture)).Prepend(name)
            .First(candidate => Refused(names.Select((other, i) => i == index ? candidate : other).ToList()).All(before.Contains));

        IEnumerable<Place> Refused(IReadOnlyList<string> tried)
        {
            List<Problem> found = [];
            // As if all neurons could bring the name of a map with them.
            NameRules.Check(
                network.Symbol, network.Model.Compilation, network.Attributes, tried, [.. tried.Select(_ => true)], new ProblemReporter(found, new Place(DeclarationPart.Class)));
            return found.Select(problem => problem.Place);
        }
    }

    // fc.1 becomes fc_1, and 1st fc1st.
    private static string Letters(string name, string prefix)
    {
        string letters = new([.. name.Select(letter => char.IsLetterOrDigit(letter) || letter == '_' ? letter : '_')]);
        return letters.Length == 0 || char.IsDigit(letters[0]) ? prefix + letters : letters;
    }

    // A name that two layers had stays the first one's where others read it.
    private static IEnumerable<TextChange> Rename(DeclaredNetwork network, string id, string name, string free)
    {
        string text = SyntaxFactory.Literal(free).Text;
        var attribute = network.Attribute!;
        yield return attribute.ArgumentList?.Arguments.FirstOrDefault(argument => AttributeText.NameOf(argument) == "Name") is { } written
            ? new(written.Expression.Span, text)
            : AttributeText.With(attribute, $"Name = {text}");
        if (id == ProblemIds.NameDuplicate)
        {
            yield break;
        }

        foreach (var reader in network.Attributes.All.Select(item => item.Place).Where(place => place.Part == DeclarationPart.Layer && place.Index != network.Layer))
        {
            var arguments = network.SyntaxOf(DeclarationPart.Layer, reader.Index)?.ArgumentList?.Arguments ?? default;
            foreach (var source in arguments.Where(argument => AttributeText.NameOf(argument) is null or "From"
                && network.Model.GetConstantValue(argument.Expression).Value is string read && read == name))
            {
                yield return new(source.Expression.Span, text);
            }
        }
    }
}
