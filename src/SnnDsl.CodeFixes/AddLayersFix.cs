using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Model;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.CodeFixes;

/// <summary>Adds what a network lacks: neurons behind its maps, a map between two layers of neurons, a vector to read out.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(AddLayersFix))]
public sealed class AddLayersFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } =
        ImmutableArray.Create(ProblemIds.NoSpikingLayer, ProblemIds.SpikingWithoutAffine, ProblemIds.OutputNotVector);

    private protected override IEnumerable<Mend> Mends(DeclaredNetwork network, Diagnostic diagnostic)
    {
        var mend = diagnostic.Id switch
        {
            ProblemIds.NoSpikingLayer => Neurons(network),
            ProblemIds.SpikingWithoutAffine => Map(network),
            _ => Vector(network),
        };
        if (mend is not null)
        {
            yield return mend;
        }
    }

    // Behind the last map, or behind what is folded into it.
    private static Mend? Neurons(DeclaredNetwork network)
    {
        int count = network.Attributes.Layers.Count;
        return network.Find(network.Before(count), kind => kind.Role is LayerRole.Affine or LayerRole.Normalising) is (var index, { } map)
            ? new(
                $"Add [Lif] behind [{network.Attributes.Layers[index].Title}]", nameof(Neurons), AttributeText.Behind(network.Text, map, network.NameOf("Lif", map)))
            : null;
    }

    // A map that keeps the shape: the user will choose its size, but the network is one.
    private static Mend? Map(DeclaredNetwork network)
    {
        if (network.Layer < 0 || network.Attribute is not { } neurons || network.InputOf(network.Layer) is not { } shape)
        {
            return null;
        }

        var (title, arguments) = shape switch
        {
            { IsVector: true } => ("Linear", Numbers.Plain(shape.Elements)),
            { Height: 1 } => ("Conv1d", $"{Numbers.Plain(shape.Channels)}, Padding = 1"),
            _ => ("Conv2d", $"{Numbers.Plain(shape.Channels)}, Padding = 1"),
        };
        return new(
            $"Insert [{title}({arguments})] before [{network.Attributes.Layers[network.Layer].Title}]", nameof(Map),
            AttributeText.Before(network.Text, neurons, $"{network.NameOf(title, neurons)}({arguments})"));
    }

    // Ten classes, as most data sets have. A membrane readout integrates the map itself.
    private static Mend? Vector(DeclaredNetwork network)
    {
        if (network.Attribute is not { } last)
        {
            return null;
        }

        string[] written = [network.NameOf("Flatten", last), $"{network.NameOf("Linear", last)}(10)"];
        bool fires = !network.Attributes.IntegratesCurrents;
        return new(
            fires ? "Add [Flatten], [Linear(10)] and [Lif]" : "Add [Flatten] and [Linear(10)]", nameof(Vector),
            AttributeText.Behind(network.Text, last, fires ? [.. written, network.NameOf("Lif", last)] : written));
    }
}
