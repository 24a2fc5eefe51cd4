using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace SnnDsl.Generator.Parsing;

/// <summary>Turns an attribute as Roslyn gives it into <see cref="AttributeArguments"/>.</summary>
internal static class AttributeReader
{
    /// <summary>Reads the arguments that were written.</summary>
    /// <param name="title">The attribute's name without its suffix, for messages.</param>
    /// <param name="attribute">The attribute.</param>
    /// <param name="compilation">Where the code of types that it names is looked up.</param>
    /// <param name="problems">Takes what its arguments are refused for.</param>
    /// <returns>Null where the attribute does not compile: the compiler has already said why.</returns>
    public static AttributeArguments? Read(string title, AttributeData attribute, Compilation compilation, ProblemReporter problems)
    {
        if (attribute.AttributeConstructor is not { } constructor || constructor.Parameters.Length != attribute.ConstructorArguments.Length)
        {
            return null;
        }

        // Of an attribute with an error in its properties, X = value, the compiler gives none of them.
        if (attribute.ApplicationSyntaxReference?.GetSyntax() is AttributeSyntax { ArgumentList.Arguments: var written }
            && written.Count(argument => argument.NameEquals is not null) != attribute.NamedArguments.Length)
        {
            return null;
        }

        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        var positional = constructor.Parameters.Zip(attribute.ConstructorArguments, (parameter, value) => (parameter.Name, value));
        foreach (var (name, value) in positional.Concat(attribute.NamedArguments.Select(named => (named.Key, named.Value))))
        {
            if (value.Kind == TypedConstantKind.Array)
            {
                object?[] elements = value.IsNull ? [] : [.. value.Values.Select(element => element.Value)];
                // Numbers, or names; a name that is null is that of no layer.
                values[name] = elements.All(element => element is double)
                    ? elements.Cast<double>().ToArray()
                    : elements.Select(element => element as string ?? "").ToArray();
                continue;
            }

            if (value is { Kind: TypedConstantKind.Type, Value: INamedTypeSymbol type })
            {
                values[name] = type.TypeKind == TypeKind.Error ? null : NeuronReader.Read(type, name, compilation, problems);
                if (type.TypeKind == TypeKind.Error)
                {
                    return null;
                }

                continue;
            }

            if (value.Kind is not (TypedConstantKind.Primitive or TypedConstantKind.Enum))
            {
                return null;
            }

            values[name] = value.Value;
        }

        return new AttributeArguments(title, values, problems);
    }
}
