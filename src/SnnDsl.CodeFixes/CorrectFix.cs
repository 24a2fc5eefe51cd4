using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.CodeFixes;

/// <summary>Writes what is right where the compiler knows it: the size that arrives, the layer or argument that was meant, the encoding of events, no bias before a normalisation, groups that divide.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CorrectFix))]
public sealed class CorrectFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(
        ProblemIds.StatedSizeDiffers, ProblemIds.NormalisesAnImage, ProblemIds.NoLayer, ProblemIds.NoArgument, ProblemIds.EncodingDoesNotFit, ProblemIds.BiasBeforeNormalisation, ProblemIds.Groups);

    private protected override IEnumerable<Mend> Mends(DeclaredNetwork network, Diagnostic diagnostic)
    {
        var mend = network.Attribute is not { } attribute ? null : diagnostic.Id switch
        {
            ProblemIds.StatedSizeDiffers => Size(network),
            ProblemIds.NormalisesAnImage => Layer(network, attribute, "BatchNorm2d"),
            ProblemIds.NoLayer => Strangers.Meant(AttributeText.TitleOf(attribute)) is { } meant ? Layer(network, attribute, meant) : null,
            ProblemIds.NoArgument => Named(network, attribute),
            ProblemIds.EncodingDoesNotFit => Encoding(network, attribute),
            ProblemIds.Groups => Groups(network, attribute),
            _ => Argument(attribute, "Bias", "false"),
        };
        if (mend is not null)
        {
            yield return mend;
        }
    }

    private static Mend? Size(DeclaredNetwork network) =>
        network is { Layer: >= 0 and var layer, Argument: { } argument } && network.InputOf(layer) is { } input
            ? new(
                $"Write {Numbers.Plain(SizeOf(network.Attributes.Layers[layer], input))}", nameof(Size),
                new TextChange(argument.Expression.Span, Numbers.Plain(SizeOf(network.Attributes.Layers[layer], input))))
            : null;

    // The most groups that divide both, of those that are not more than were stated.
    private static Mend? Groups(DeclaredNetwork network, AttributeSyntax attribute) =>
        network.Layer >= 0 && network.Parsed.Layers[network.Layer] is Conv2dLayer layer && network.InputOf(network.Layer) is { } input
            ? Argument(
                attribute, "Groups",
                Numbers.Plain(Enumerable.Range(1, Math.Min(layer.Groups, input.Channels)).Last(groups => input.Channels % groups == 0 && layer.Channels % groups == 0)))
            : null;

    private static long SizeOf(LayerKind kind, Shape input) => kind.Title == "Linear" ? input.Elements : input.Channels;

    private static Mend Layer(DeclaredNetwork network, AttributeSyntax attribute, string title) =>
        new($"Write [{title}]", nameof(Layer), new TextChange(attribute.Name.Span, network.NameOf(title, attribute)));

    // Of properties, X = value, none may stand before a parameter.
    private static Mend? Named(DeclaredNetwork network, AttributeSyntax attribute) =>
        network.Argument is { } argument && network.Model.GetTypeInfo(attribute).Type is INamedTypeSymbol type && UnknownArguments.Meant(attribute, argument, type) is { } meant
            && (meant.EndsWith("=", StringComparison.Ordinal)
                ? attribute.ArgumentList!.Arguments.SkipWhile(other => other != argument).Skip(1).All(other => UnknownArguments.IsOfProperty(attribute, other, type))
                : !attribute.ArgumentList!.Arguments.TakeWhile(other => other != argument).Any(other => UnknownArguments.IsOfProperty(attribute, other, type)))
            ? new($"Write {meant} ...", nameof(Named), Renamed(network.Text, argument, meant))
            : null;

    // A comment before the sign stays.
    private static TextChange Renamed(SourceText text, AttributeArgumentSyntax argument, string meant)
    {
        var (name, sign) = argument.NameEquals is { } equals ? (equals.Name, equals.EqualsToken) : (argument.NameColon!.Name, argument.NameColon.ColonToken);
        string between = text.ToString(TextSpan.FromBounds(name.Span.End, sign.SpanStart));
        return new(TextSpan.FromBounds(name.SpanStart, sign.Span.End), between.Trim().Length == 0 ? meant : meant.TrimEnd(':', '=', ' ') + between + meant[meant.Length - 1]);
    }

    // Two channels are polarities. More than two are no events, and what they are is not known.
    private static Mend? Encoding(DeclaredNetwork network, AttributeSyntax attribute)
    {
        const string Events = "Encoding.Spikes";
        if (network.Parsed.Input is not { Channels: 2 })
        {
            return null;
        }

        bool isOurs = network.Model.LookupNamespacesAndTypes(attribute.SpanStart, name: "Encoding") is [INamedTypeSymbol type]
            && OwnNames.Of(type) == $"{OwnNames.Namespace}.Encoding";
        return Argument(attribute, "Encoding", isOurs ? Events : $"global::{OwnNames.Namespace}.{Events}");
    }

    private static Mend Argument(AttributeSyntax attribute, string name, string value)
    {
        var written = attribute.ArgumentList?.Arguments.FirstOrDefault(argument => AttributeText.NameOf(argument) == name);
        return new(
            $"Write {name} = {value}", name,
            written is null ? AttributeText.With(attribute, $"{name} = {value}") : new TextChange(written.Expression.Span, value));
    }
}
