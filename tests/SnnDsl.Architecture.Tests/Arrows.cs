using Mono.Cecil;

namespace SnnDsl.Architecture.Tests;

/// <summary>
/// Which types of an assembly know which others of it: by base, interface, constraint, attribute, member, and all that their code names.
/// Nested types and what the compiler makes of lambdas and iterators count as the type around them.
/// </summary>
internal sealed class Arrows
{
    private readonly ModuleDefinition module;
    private readonly SortedDictionary<string, SortedSet<string>> arrows = new(StringComparer.Ordinal);
    private string from = "";

    private Arrows(ModuleDefinition module) => this.module = module;

    /// <summary>The arrows of an assembly that lies beside the tests.</summary>
    public static IReadOnlyList<(string From, string To)> Of(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        var found = new Arrows(module);
        foreach (var type in module.GetTypes())
        {
            found.from = Outermost(type);
            found.Read(type);
        }

        return [.. found.arrows.SelectMany(entry => entry.Value, (entry, to) => (entry.Key, to))];
    }

    /// <summary>The assemblies that an assembly references.</summary>
    public static IReadOnlyList<string> References(string assembly)
    {
        using var module = ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly + ".dll"));
        return [.. module.AssemblyReferences.Select(reference => reference.Name)];
    }

    private void Read(TypeDefinition type)
    {
        Add(type.BaseType);
        foreach (var part in type.Interfaces)
        {
            Add(part.InterfaceType);
        }

        Read(type.CustomAttributes);
        Read(type.GenericParameters);
        foreach (var field in type.Fields)
        {
            Add(field.FieldType);
            Read(field.CustomAttributes);
        }

        foreach (var property in type.Properties)
        {
            Read(property.CustomAttributes);
        }

        foreach (var method in type.Methods)
        {
            Read(method);
        }
    }

    private void Read(MethodDefinition method)
    {
        Add(method);
        Read(method.CustomAttributes);
        Read(method.GenericParameters);
        if (!method.HasBody)
        {
            return;
        }

        foreach (var variable in method.Body.Variables)
        {
            Add(variable.VariableType);
        }

        foreach (var handler in method.Body.ExceptionHandlers)
        {
            Add(handler.CatchType);
        }

        foreach (var instruction in method.Body.Instructions)
        {
            switch (instruction.Operand)
            {
                case MethodReference called:
                    Add(called);
                    break;
                case FieldReference field:
                    Add(field.DeclaringType);
                    Add(field.FieldType);
                    break;
                case TypeReference named:
                    Add(named);
                    break;
            }
        }
    }

    private void Read(IEnumerable<CustomAttribute> attributes)
    {
        foreach (var attribute in attributes)
        {
            Add(attribute.AttributeType);
            foreach (var argument in attribute.ConstructorArguments)
            {
                Add(argument.Value as TypeReference);
            }
        }
    }

    private void Read(IEnumerable<GenericParameter> parameters)
    {
        foreach (var constraint in parameters.SelectMany(parameter => parameter.Constraints))
        {
            Add(constraint.ConstraintType);
        }
    }

    private void Add(MethodReference method)
    {
        Add(method.DeclaringType);
        Add(method.ReturnType);
        foreach (var parameter in method.Parameters)
        {
            Add(parameter.ParameterType);
        }

        if (method is GenericInstanceMethod { GenericArguments: var arguments })
        {
            foreach (var argument in arguments)
            {
                Add(argument);
            }
        }
    }

    private void Add(TypeReference? type)
    {
        if (type is GenericInstanceType { GenericArguments: var arguments })
        {
            foreach (var argument in arguments)
            {
                Add(argument);
            }
        }

        if (type is TypeSpecification specification)
        {
            Add(specification.ElementType);
        }
        else if (type is not null and not GenericParameter && type.Scope == module && Outermost(type) is var to && to != from)
        {
            if (!arrows.TryGetValue(from, out var known))
            {
                arrows.Add(from, known = new(StringComparer.Ordinal));
            }

            known.Add(to);
        }
    }

    private static string Outermost(TypeReference type)
    {
        while (type.DeclaringType is { } around)
        {
            type = around;
        }

        return type.FullName.Split('`')[0];
    }
}
