using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;
using SnnDsl.Generator.Planning;

namespace SnnDsl.CodeFixes;

/// <summary>Says what a sample is: of the shapes that are usual the one that the layers take, with the sizes that the first of them states. The user will correct the others.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddInputFix))]
public sealed class AddInputFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(ProblemIds.NoInput);

    private protected override IEnumerable<Mend> Mends(DeclaredNetwork network, Diagnostic diagnostic)
    {
        if (network.Attribute is { } attribute)
        {
            // The first that leads furthest: a layer that flattens is wanted for images.
            var input = Usual(network.Parsed.Layers.FirstOrDefault())
                .OrderByDescending(shape => ShapeInference.Walk(shape, network.Parsed.Layers, network.Parsed.Sources, []).Count).First();
            string sizes = input is { IsVector: false, Height: 1 } ? $"{Numbers.Plain(input.Channels)}, {Numbers.Plain(input.Width)}" : input.Arguments;
            yield return new($"Add [Input({sizes})]", nameof(AddInputFix), AttributeText.Behind(network.Text, attribute, $"{network.NameOf("Input", attribute)}({sizes})"));
        }
    }

    // An image of a digit, the same as a vector, a hundred samples of a sound.
    private static Shape[] Usual(Layer? first)
    {
        int channels = first switch
        {
            Conv2dLayer { InputChannels: { } stated } => stated,
            ConvTranspose2dLayer { InputChannels: { } stated } => stated,
            _ => 1,
        };
        return [Shape.Image(channels, 28, 28), Shape.Vector(first is LinearLayer { Inputs: { } inputs } ? inputs : 784), Shape.Image(channels, 1, 100)];
    }
}
