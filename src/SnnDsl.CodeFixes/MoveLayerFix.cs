using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.CodeFixes;

/// <summary>Puts an attribute where it belongs.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MoveLayerFix))]
public sealed class MoveLayerFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(
        ProblemIds.OutOfOrder, ProblemIds.NeedsImage, ProblemIds.MaxPoolOfCurrents, ProblemIds.NormalisesNothing, ProblemIds.DelayOfInput);

    private protected override IEnumerable<Mend> Mends(DeclaredNetwork network, Diagnostic diagnostic)
    {
        if (network.Attribute is { } wrong && network.Place is { } place && Find(network, diagnostic.Id, wrong, place) is (var moved, { } target, var behind))
        {
            yield return new(
                $"Move [{AttributeText.TitleOf(moved)}] {(behind ? "behind" : "before")} [{AttributeText.TitleOf(target)}]", nameof(MoveLayerFix),
                AttributeText.Move(network.Text, moved, target, behind));
        }
    }

    private static (AttributeSyntax Moved, AttributeSyntax? Target, bool Behind)? Find(DeclaredNetwork network, string id, AttributeSyntax wrong, Place place)
    {
        var layers = network.Attributes.Layers;
        switch (id)
        {
            case ProblemIds.OutOfOrder when place.Part == DeclarationPart.Input:
                return (wrong, network.SyntaxOf(DeclarationPart.Layer), false);
            case ProblemIds.OutOfOrder:
                return (wrong, network.SyntaxOf(DeclarationPart.Layer, layers.Count - 1), true);
            case ProblemIds.NeedsImage:
                // What made a vector of the image is wanted further down.
                return network.Find(network.Before(place.Index), kind => kind.Role == LayerRole.Reshape) is (_, { } flatten)
                    ? (flatten, network.Find(network.Behind(place.Index), kind => kind.Title == "Linear")?.Syntax, false)
                    : null;
            case ProblemIds.NormalisesNothing:
                return (wrong, network.Find(network.Before(place.Index), kind => kind.HasWeights)?.Syntax, true);
            case ProblemIds.MaxPoolOfCurrents:
                return (wrong, network.Find(network.Behind(place.Index), kind => kind.Role == LayerRole.Spiking)?.Syntax, true);
            default:
                return (wrong, network.Find(network.Behind(place.Index), _ => true)?.Syntax, true);
        }
    }
}
