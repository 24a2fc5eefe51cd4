using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using SnnDsl.Generator.Layers;
using SnnDsl.Generator.Parsing;

namespace SnnDsl.CodeFixes;

/// <summary>Takes out what has no effect, contradicts something else, or is out of its range where the attribute has a value of its own: an argument, a second readout, neurons that a readout stands in for.</summary>
[Shared]
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RemoveFix))]
public sealed class RemoveFix : DeclarationFix
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ImmutableArray.Create(
        ProblemIds.NegativePadding, ProblemIds.ResetValueUnused, ProblemIds.DetachesNothing, ProblemIds.DecayAndTau, ProblemIds.SquareAndSides, ProblemIds.Same,
        ProblemIds.DiagonalOfNothing, ProblemIds.SeveralReadouts, ProblemIds.MembraneReadoutFires, ProblemIds.TimeSteps, ProblemIds.Threshold, ProblemIds.Decay, ProblemIds.ResetValue,
        ProblemIds.SurrogateWidth, ProblemIds.Tau);

    private protected override IEnumerable<Mend> Mends(DeclaredNetwork network, Diagnostic diagnostic)
    {
        if (network.Attribute is not { } attribute)
        {
            return [];
        }

        return diagnostic.Id switch
        {
            ProblemIds.SeveralReadouts => [Attribute(network, attribute, "the readout")],
            ProblemIds.MembraneReadoutFires => Firing(network, attribute),
            _ when network.Argument is { } argument && AttributeText.NameOf(argument) is { } name => diagnostic.Id switch
            {
                ProblemIds.DecayAndTau => [Arguments(attribute, "Tau"), Arguments(attribute, "Decay")],
                ProblemIds.SquareAndSides => Sides(attribute, name),
                ProblemIds.Same => [Arguments(attribute, "Same"), Arguments(attribute, name)],
                ProblemIds.DiagonalOfNothing =>
                    [new("Add Recurrent = true", "Recurrent", AttributeText.With(attribute, "Recurrent = true")), Arguments(attribute, name)],
                _ => [Arguments(attribute, name)],
            },
            _ => [],
        };
    }

    private static IEnumerable<Mend> Firing(DeclaredNetwork network, AttributeSyntax readout)
    {
        if (network.Find(network.Before(network.Attributes.Layers.Count), kind => kind.Role == LayerRole.Spiking) is (_, { } neurons))
        {
            yield return Attribute(network, neurons, "the last neurons");
        }

        yield return Attribute(network, readout, "the readout: rates are read out");
    }

    // Kernel, or KernelHeight and KernelWidth.
    private static IEnumerable<Mend> Sides(AttributeSyntax attribute, string side)
    {
        string square = side.Replace("Height", "").Replace("Width", "");
        return [Arguments(attribute, square), Arguments(attribute, $"{square}Height", $"{square}Width")];
    }

    private static Mend Arguments(AttributeSyntax attribute, params string[] names)
    {
        string[] written = [.. names.Where(name => attribute.ArgumentList!.Arguments.Any(argument => AttributeText.NameOf(argument) == name))];
        return new($"Remove {string.Join(" and ", written)}", string.Concat(names), AttributeText.Without(attribute, names));
    }

    private static Mend Attribute(DeclaredNetwork network, AttributeSyntax attribute, string what) =>
        new($"Remove {what}", what, AttributeText.Remove(network.Text, attribute));
}
