using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.CodeFixes;

/// <summary>A network in an open file, and what is to be mended of it.</summary>
internal sealed class DeclaredNetwork
{
    private readonly Lazy<ParsedNetwork> _parsed;
    private readonly Lazy<IReadOnlyList<Shape>> _outputs;

    private DeclaredNetwork(
        SemanticModel model, SourceText text, TypeDeclarationSyntax type, INamedTypeSymbol symbol, AttributeSyntax? attribute, AttributeArgumentSyntax? argument,
        CancellationToken cancellation)
    {
        (Model, Text, Type, Symbol, Attribute, Argument) = (model, text, type, symbol, attribute, argument);
        Attributes = new DeclaredAttributes(symbol);
        _parsed = new(() => NetworkParser.Parse(symbol, model.Compilation, cancellation));
        _outputs = new(() => Parsed.Input is { } input ? ShapeInference.Walk(input, Parsed.Layers, Parsed.Sources, []) : []);
    }

    /// <summary>What the file means.</summary>
    public SemanticModel Model { get; }

    /// <summary>The file.</summary>
    public SourceText Text { get; }

    /// <summary>The class, as far as it stands in this file.</summary>
    public TypeDeclarationSyntax Type { get; }

    /// <summary>The class.</summary>
    public INamedTypeSymbol Symbol { get; }

    /// <summary>The attribute where the mistake lies; null where it lies in the class itself.</summary>
    public AttributeSyntax? Attribute { get; }

    /// <summary>The argument where the mistake lies, if it is one.</summary>
    public AttributeArgumentSyntax? Argument { get; }

    /// <summary>What is declared.</summary>
    public DeclaredAttributes Attributes { get; }

    /// <summary>What the compiler makes of it.</summary>
    public ParsedNetwork Parsed => _parsed.Value;

    /// <summary>What each layer gives, as far as they fit.</summary>
    public IReadOnlyList<Shape> Outputs => _outputs.Value;

    /// <summary>The place of the attribute where the mistake lies; null if it is none of a declaration.</summary>
    public Place? Place => Attributes.All.Where(item => SyntaxOf(item.Data) == Attribute).Select(item => (Place?)item.Place).FirstOrDefault();

    /// <summary>The place of the layer where the mistake lies, in their order; -1 if it is none.</summary>
    public int Layer => Place is { Part: DeclarationPart.Layer } place ? place.Index : -1;

    /// <summary>Finds the network that a diagnostic is about.</summary>
    public static async Task<DeclaredNetwork?> Read(Document document, TextSpan span, CancellationToken cancellation)
    {
        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        var node = root?.FindNode(span, getInnermostNodeForTie: true);
        return model is not null && node?.FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type && model.GetDeclaredSymbol(type, cancellation) is INamedTypeSymbol symbol
            ? new(model, text, type, symbol, node.FirstAncestorOrSelf<AttributeSyntax>(), node.FirstAncestorOrSelf<AttributeArgumentSyntax>(), cancellation)
            : null;
    }

    /// <summary>What one layer gets, if that is known.</summary>
    public Shape? InputOf(int layer)
    {
        int source = Parsed.Sources[layer][0];
        return source < 0 ? Parsed.Input : source < Outputs.Count ? Outputs[source] : null;
    }

    /// <summary>A layer's attribute; null if it stands in another file.</summary>
    public AttributeSyntax? SyntaxOf(DeclarationPart part, int index = 0) => Attributes.At(part, index) is { } data ? SyntaxOf(data) : null;

    /// <summary>The first of some layers that is of a kind, with its attribute; null if there is none, or if it stands in another file.</summary>
    public (int Index, AttributeSyntax Syntax)? Find(IEnumerable<int> layers, Func<LayerKind, bool> kind)
    {
        foreach (int index in layers.Where(index => kind(Attributes.Layers[index])))
        {
            return SyntaxOf(DeclarationPart.Layer, index) is { } syntax ? (index, syntax) : null;
        }

        return null;
    }

    /// <summary>The layers behind one, in order.</summary>
    public IEnumerable<int> Behind(int layer) => Enumerable.Range(layer + 1, Attributes.Layers.Count - layer - 1);

    /// <summary>The layers before one, the nearest first.</summary>
    public IEnumerable<int> Before(int layer) => Enumerable.Range(0, layer).Reverse();

    /// <summary>The shortest name that means an attribute of ours where a neighbour stands: written as that one is, alone, by an alias of the namespace, in full.</summary>
    public string NameOf(string title, AttributeSyntax neighbour)
    {
        string qualifier = neighbour.Name switch
        {
            QualifiedNameSyntax qualified => $"{qualified.Left.WithoutTrivia()}.",
            AliasQualifiedNameSyntax alias => $"{alias.Alias.WithoutTrivia()}::",
            _ => "",
        };
        var aliases = neighbour.Ancestors().SelectMany(node => node switch
            {
                BaseNamespaceDeclarationSyntax space => space.Usings,
                CompilationUnitSyntax unit => unit.Usings,
                _ => default,
            })
            .Where(@using => @using.Alias is not null).Select(@using => $"{@using.Alias!.Name.Identifier.ValueText}.");
        return new[] { qualifier, "" }.Concat(aliases).Select(prefix => prefix + title)
            .FirstOrDefault(name => IsOurs(neighbour.SpanStart, name, title)) ?? $"global::{OwnNames.Namespace}.{title}";
    }

    private bool IsOurs(int position, string name, string title)
    {
        var attribute = SyntaxFactory.Attribute(SyntaxFactory.ParseName(name));
        return Model.TryGetSpeculativeSemanticModel(position, attribute, out var speculative)
            && OwnNames.Of(speculative!.GetTypeInfo(attribute).Type as INamedTypeSymbol) == $"{OwnNames.Namespace}.{title}Attribute";
    }

    private AttributeSyntax? SyntaxOf(AttributeData data) => data.ApplicationSyntaxReference is { } place && place.SyntaxTree == Type.SyntaxTree
        ? (AttributeSyntax)place.GetSyntax()
        : null;
}
