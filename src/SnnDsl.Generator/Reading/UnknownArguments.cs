using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SnnDsl.Generator.Parsing;

/// <summary>Arguments that an attribute does not have: the compiler says that it does not know the name, and not which one was meant.</summary>
internal static class UnknownArguments
{
    // What other libraries call what ours have, without underscores and in capitals.
    private static readonly Dictionary<string, string> s_elsewhere = new(StringComparer.Ordinal)
    {
        ["BETA"] = "Decay", ["ALPHA"] = "Decay", ["LEAK"] = "Decay", ["VTHRESHOLD"] = "Threshold", ["VTH"] = "Threshold", ["VRESET"] = "ResetValue",
        ["OUTFEATURES"] = "features", ["UNITS"] = "features", ["OUTPUTS"] = "features", ["INFEATURES"] = "inputs", ["OUTCHANNELS"] = "channels",
        ["FILTERS"] = "channels", ["INCHANNELS"] = "inputChannels", ["KERNELSIZE"] = "kernel", ["SIZE"] = "kernel", ["USEBIAS"] = "Bias", ["P"] = "rate",
        ["STEPS"] = "TimeSteps", ["EPS"] = "Epsilon",
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
        foreach (var argument in arguments.Where(argument => NameOf(argument) is { Length: > 0 } name
            && !(argument.NameEquals is null ? ParametersOf(type) : PropertiesOf(type)).Contains(name)))
        {
            string name = NameOf(argument)!;
            string hint = Meant(syntax, argument, type) is { } meant
                ? $"write {meant} ..."
                : $"it has {string.Join(", ", [.. ParametersOf(type).Select(one => $"{one}:"), .. PropertiesOf(type)])}";
            problems.ReportAt(name, ProblemIds.NoArgument, title, name, hint);
        }
    }

    /// <summary>What was meant, up to its value: <c>Threshold =</c> or <c>features:</c>; null where that is not known.</summary>
    /// <param name="attribute">The attribute.</param>
    /// <param name="argument">The argument that it does not have.</param>
    /// <param name="type">The attribute's type.</param>
    public static string? Meant(AttributeSyntax attribute, AttributeArgumentSyntax argument, INamedTypeSymbol type)
    {
        string name = NameOf(argument)!;
        string[] all = [.. PropertiesOf(type), .. ParametersOf(type)];
        string? meant = (s_elsewhere.TryGetValue(name.Replace("_", "").ToUpperInvariant(), out string? ours)
                ? all.FirstOrDefault(own => string.Equals(own, ours, StringComparison.OrdinalIgnoreCase))
                : null)
            ?? Spelling.Nearest(name, all);
        return meant is null || attribute.ArgumentList!.Arguments.Any(other => NameOf(other) == meant) ? null
            : PropertiesOf(type).Contains(meant) ? $"{meant} ="
            : $"{meant}:";
    }

    private static string? NameOf(AttributeArgumentSyntax argument) => (argument.NameEquals?.Name ?? argument.NameColon?.Name)?.Identifier.ValueText;

    private static IEnumerable<string> ParametersOf(INamedTypeSymbol type) =>
        type.InstanceConstructors.SelectMany(constructor => constructor.Parameters).Select(parameter => parameter.Name).Distinct();

    private static IEnumerable<string> PropertiesOf(INamedTypeSymbol? type) => type is null
        ? []
        : type.GetMembers().OfType<IPropertySymbol>().Where(property => property.SetMethod is { DeclaredAccessibility: Accessibility.Public })
            .Select(property => property.Name).Concat(PropertiesOf(type.BaseType));
}
