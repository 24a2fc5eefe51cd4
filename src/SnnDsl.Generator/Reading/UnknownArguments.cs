using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SnnDsl.Generator.Parsing;

/// <summary>Arguments that an attribute does not have: the compiler says that it does not know the name, and not which one was meant.</summary>
internal static class UnknownArguments
{
    // What other libraries call what ours have, without underscores and in capitals; of several the first that there is.
    private static readonly Dictionary<string, string[]> s_elsewhere = new(StringComparer.Ordinal)
    {
        ["BETA"] = ["Decay"], ["ALPHA"] = ["SynapticDecay", "Decay"], ["LEAK"] = ["Decay"], ["TAUMEM"] = ["Tau"], ["VTHR"] = ["Threshold"], ["VTHRESHOLD"] = ["Threshold"], ["VTH"] = ["Threshold"], ["VRESET"] = ["ResetValue"],
        ["SURROGATEFUNCTION"] = ["Surrogate"], ["SPIKEGRAD"] = ["Surrogate"], ["RESETMECHANISM"] = ["Reset"], ["OUTFEATURES"] = ["features"], ["UNITS"] = ["features"],
        ["OUTPUTS"] = ["features"], ["INFEATURES"] = ["inputs"], ["OUTCHANNELS"] = ["channels"], ["FILTERS"] = ["channels"], ["INCHANNELS"] = ["inputChannels"],
        ["KERNELSIZE"] = ["kernel"], ["SIZE"] = ["kernel"], ["OUTPUTSIZE"] = ["side"], ["USEBIAS"] = ["Bias"], ["P"] = ["rate"], ["STEPS"] = ["TimeSteps"], ["EPS"] = ["Epsilon"],
        ["NAMES"] = ["sources"], ["LAYERS"] = ["sources"],
    };

    /// <summary>Reports each, on itself.</summary>
    /// <param name="title">The attribute's name without its suffix, for messages.</param>
    /// <param name="attribute">The attribute.</param>
    /// <param name="problems">Takes what is found.</param>
    /// <param name="cancellation">Stops the search.</param>
    public static void Check(string title, AttributeData attribute, ProblemReporter problems, CancellationToken cancellation)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellation) is not AttributeSyntax { ArgumentList.Arguments: { Count: > 0 } arguments } syntax)
        {
            return;
        }

        var type = attribute.AttributeClass!;
        string[] forms = [.. ParametersOf(type).Select(one => $"{one}:"), .. PropertiesOf(type)];
        // The compiler says itself that one stands there twice.
        foreach (var argument in arguments.Where(argument => IsUnknown(argument, type)).GroupBy(Written, (_, same) => same.First()))
        {
            string name = NameOf(argument)!;
            string hint = Meant(syntax, argument, type) is { } meant ? $"write {meant} ..."
                : forms.Length == 0 ? "it has none"
                : $"it has {string.Join(", ", forms)}";
            problems.ReportAt(Written(argument), ProblemIds.NoArgument, title, NamesOf(type).Contains(name) ? Written(argument) : name, hint);
        }
    }

    /// <summary>What was meant, up to its value: <c>Threshold =</c> or <c>features:</c>; null where that is not known, or stands there already.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="argument">The argument that it does not have.</param>
    /// <param name="type">The attribute's type.</param>
    public static string? Meant(AttributeSyntax attribute, AttributeArgumentSyntax argument, INamedTypeSymbol type)
    {
        var arguments = attribute.ArgumentList!.Arguments;
        bool Is(AttributeArgumentSyntax other, string meant) => IsUnknown(other, type)
            // Of two that mean the same the first does.
            ? other.SpanStart < argument.SpanStart && Like(NameOf(other)!, type) == meant
            : NameOf(other) == meant;
        return Like(NameOf(argument)!, type) is not { } meant || IsPlaced(meant, arguments.Count(other => NameOf(other) is null), type)
            || arguments.Any(other => other != argument && Is(other, meant)) ? null
            : PropertiesOf(type).Contains(meant) ? $"{meant} ="
            : $"{meant}:";
    }

    /// <summary>Whether an argument is that of a property, X = value, once what is meant is written: none of a constructor may follow.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="argument">The argument.</param>
    /// <param name="type">The attribute's type.</param>
    public static bool IsOfProperty(AttributeSyntax attribute, AttributeArgumentSyntax argument, INamedTypeSymbol type) =>
        IsUnknown(argument, type) && Meant(attribute, argument, type) is { } meant ? meant.EndsWith("=", StringComparison.Ordinal) : argument.NameEquals is not null;

    /// <summary>An argument's name as it is written, up to its value: <c>Threshold =</c> or <c>features:</c>; "" for one by its place.</summary>
    public static string Written(AttributeArgumentSyntax argument) => NameOf(argument) is not { } name ? "" : argument.NameEquals is null ? $"{name}:" : $"{name} =";

    private static bool IsUnknown(AttributeArgumentSyntax argument, INamedTypeSymbol type) =>
        NameOf(argument) is { Length: > 0 } name && !(argument.NameEquals is null ? ParametersOf(type) : PropertiesOf(type)).Contains(name);

    // The same name in the other form, another library's, one that is misspelt or abbreviated.
    private static string? Like(string name, INamedTypeSymbol type)
    {
        string[] all = [.. NamesOf(type)];
        return all.FirstOrDefault(own => own == name)
            ?? (s_elsewhere.TryGetValue(Spelling.Plain(name), out string[]? ours)
                ? ours.Select(meant => all.FirstOrDefault(own => string.Equals(own, meant, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(own => own is not null)
                : null)
            ?? Spelling.Nearest(name, all, share: 3)
            ?? Spelling.Abbreviated(name, all);
    }

    // Whether every constructor that has it takes it from what is written without a name.
    private static bool IsPlaced(string name, int places, INamedTypeSymbol type)
    {
        int[] ordinals = [.. type.InstanceConstructors.SelectMany(constructor => constructor.Parameters).Where(parameter => parameter.Name == name).Select(parameter => parameter.Ordinal)];
        return ordinals.Length > 0 && ordinals.All(ordinal => ordinal < places);
    }

    private static string? NameOf(AttributeArgumentSyntax argument) => (argument.NameEquals?.Name ?? argument.NameColon?.Name)?.Identifier.ValueText;

    private static IEnumerable<string> NamesOf(INamedTypeSymbol type) => PropertiesOf(type).Concat(ParametersOf(type));

    private static IEnumerable<string> ParametersOf(INamedTypeSymbol type) =>
        type.InstanceConstructors.SelectMany(constructor => constructor.Parameters).Select(parameter => parameter.Name).Distinct();

    private static IEnumerable<string> PropertiesOf(INamedTypeSymbol? type) => type is null
        ? []
        : type.GetMembers().OfType<IPropertySymbol>().Where(property => property.SetMethod is { DeclaredAccessibility: Accessibility.Public })
            .Select(property => property.Name).Concat(PropertiesOf(type.BaseType));
}
